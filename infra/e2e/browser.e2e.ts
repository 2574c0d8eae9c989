/**
 * The pages in a real browser, over a real run of the demo shop that was broken on purpose. Pictures of every page are
 * kept under .mapscope/screenshots, or where MAPSCOPE_SCREENSHOTS says (the README's come from there).
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import { ensureChromium } from '../setup/tasks/chromium.ts';
import { progressTo } from '../setup/steps.ts';
import { readStartOptions } from '../start/options.ts';
import { openSession, type Session } from '../start/session.ts';
import { dataPaths } from '../world/paths.ts';
import { openDoor, type Door } from './browser-door.ts';
import { testExplain } from './browser-explain.ts';
import { addSdkSpans, SDK_ONLY_TRACE } from './browser-spans.ts';
import { countOf, firstCursor, readFrom, toldOver } from './browser-tail.ts';
import { launch, openPage, picture } from './browser.ts';

const PICTURES = process.env['MAPSCOPE_SCREENSHOTS'] ?? join(dataPaths().root, 'screenshots');
const QUIET = { progress: progressTo(() => undefined), say: () => undefined };
const BASELINE_MILLIS = 30_000;
const VERDICT_MILLIS = 30_000;
const PATIENCE_MILLIS = 150_000;
const hasBrowser = (await ensureChromium()) !== undefined;

let session: Session;
let browser: Browser;
let door: Door;
let traceId = '';

/**
 * Of the verdict; on a machine that is busy with other work, where the lock rightly explains too little, of the first
 * candidate: pages are looked at here, and the verdict in demo.e2e.ts. Pictures for the README show the verdict.
 */
async function exemplarTrace(): Promise<string> {
  const mustBeVerdict = process.env['MAPSCOPE_SCREENSHOTS'] !== undefined;
  for (const began = Date.now(); ; await sleep(2000)) {
    const waitedMillis = Date.now() - began;
    const answer = await session.rootCause().catch((error: unknown) => {
      if (waitedMillis > PATIENCE_MILLIS) throw error;
    });
    if (answer === undefined) continue;
    const { verdict, sentence, exemplarTraceIds, candidates } = answer;
    const [ofVerdict] = verdict === 'contention' ? exemplarTraceIds : [];
    const [ofCandidate] = mustBeVerdict || waitedMillis < VERDICT_MILLIS ? [] : (candidates[0]?.exemplarTraceIds ?? []);
    const exemplar = ofVerdict ?? ofCandidate;
    if (exemplar !== undefined) return exemplar;
    if (waitedMillis > PATIENCE_MILLIS) expect.fail(sentence);
  }
}

beforeAll(async () => {
  if (!hasBrowser) return;
  const ports = ['--port', '0', '--kafka-port', '0', '--clickhouse-port', '0', '--otlp-port', '0'];
  const data = join(dataPaths().root, 'browser-test');
  // What an earlier run left in the broker would be written first.
  rmSync(data, { recursive: true, force: true });
  session = await openSession(readStartOptions([...ports, '--data-dir', data], {}), QUIET);
  await sleep(BASELINE_MILLIS);
  await session.target.breakIt?.();
  traceId = await exemplarTrace();
  [browser, door] = await Promise.all([launch(), openDoor(session.world), addSdkSpans(session.world, traceId)]);
});

afterAll(async () => {
  await browser?.close();
  await door?.close();
  await session?.close();
});

const url = (path: string): string => `${session.world.apiUrl}${path}`;

test.skipIf(!hasBrowser).for(['light', 'dark'] as const)('incidents are sentences, in %s colours', async (scheme) => {
  const { page, complaints } = await openPage(browser, scheme);
  await page.goto(url('/'));
  await page
    .getByRole('heading', { name: /p99 of .?order.? rose/ })
    .first()
    .waitFor();
  await page.locator('.sparkline').first().waitFor();
  await picture(page, PICTURES, `incidents-${scheme}`);
  expect(complaints).toEqual([]);
});

test.skipIf(!hasBrowser).for(['light', 'dark'] as const)(
  'explain names waiter, holder and lines, in %s colours',
  async (scheme) => {
    const { page, complaints } = await openPage(browser, scheme);
    await page.goto(url('/explain/?service=order'));
    await page.getByText('main.(*Cache).Get').first().waitFor();
    await page.locator('canvas').first().waitFor();
    const text = await page.locator('body').innerText();
    expect(text).toContain('main.(*Cache).Rebuild');
    expect(text).toMatch(/cache\.go:\d+/);
    await picture(page, PICTURES, `explain-${scheme}`);
    expect(complaints).toEqual([]);
  },
);

test.skipIf(!hasBrowser)('a link of explain leads to the trace, with the lock wait drawn on it', async () => {
  const { page, complaints } = await openPage(browser, 'light');
  await page.goto(url('/explain/?service=order'));
  await page.locator('a[href*="/trace/?id="]').first().click();
  await page
    .getByText(/cache\.go:\d+/)
    .first()
    .waitFor();
  expect(new URL(page.url()).searchParams.get('id')).toMatch(/^[0-9a-f]{32}$/);
  await page.goto(url(`/trace/?id=${traceId}`));
  await page
    .getByText(/cache\.go:\d+/)
    .first()
    .waitFor();
  await picture(page, PICTURES, 'trace-light');
  expect(complaints).toEqual([]);
});

test.skipIf(!hasBrowser).for(['light', 'dark'] as const)(
  'the spans of an SDK are drawn within the request, the lock wait on them, in %s colours',
  async (scheme) => {
    const { page, complaints } = await openPage(browser, scheme);
    await page.goto(url(`/trace/?id=${traceId}`));
    const inner = page.getByRole('button', { name: /look up product/ });
    await inner.waitFor();
    const [span, wait] = await Promise.all(
      ['.bar-span', '.bar-wait'].map((bar) => inner.locator(bar).first().boundingBox()),
    );
    if (!span || !wait) throw new Error('the span or its wait is not drawn');
    expect(wait.width).toBeGreaterThan(5);
    // To the pixel that a border takes.
    expect(wait.x).toBeGreaterThanOrEqual(span.x - 2);
    expect(wait.x + wait.width).toBeLessThanOrEqual(span.x + span.width + 2);
    expect(await inner.innerText()).toContain('✕ error');
    await inner.click();
    await page.getByText('app.release').waitFor();
    await picture(page, PICTURES, `trace-spans-${scheme}`);
    await page.getByText('table', { exact: true }).click();
    await page.getByRole('row', { name: /look up product.*internal, status error/ }).waitFor();
    expect(complaints).toEqual([]);
  },
);

test.skipIf(!hasBrowser)('a trace that only an SDK saw is shown, and said to be', async () => {
  const { page, complaints } = await openPage(browser, 'light');
  await page.goto(url(`/trace/?id=${SDK_ONLY_TRACE}`));
  await page.getByRole('heading', { name: /handle order took/ }).waitFor();
  await page.getByText('No probe watched').waitFor();
  expect(await page.locator('.bar-span').count()).toBe(2);
  expect(complaints).toEqual([]);
});

/** The browser itself reports each refused request; anything else would be a fault of the page. */
const isRefusal = (complaint: string): boolean => /status of 40[13] /.test(complaint);

test.skipIf(!hasBrowser)(
  'where a key is demanded the page asks for it, keeps it in the tab, and forgets it',
  async () => {
    const { page, complaints } = await openPage(browser, 'light');
    await page.goto(`${door.proxy.url}/status/`);
    const dialog = page.getByRole('dialog', { name: 'A key is needed' });
    await dialog.waitFor();
    await picture(page, PICTURES, 'key-light');
    const use = async (key: string): Promise<void> => {
      await page.getByRole('textbox', { name: 'Key' }).fill(key);
      await page.getByRole('button', { name: 'Use this key' }).click();
    };
    await use(door.makeKey('ingest'));
    await page.getByText('It lacks the scope “read”').waitFor();
    const key = door.makeKey('read');
    await use(key);
    await page.getByText('process ').first().waitFor();
    await dialog.waitFor({ state: 'detached' });
    const kept = async () => ({
      tab: await page.evaluate(() => Object.values(sessionStorage)),
      elsewhere: [page.url(), await page.context().cookies(), await page.evaluate(() => Object.values(localStorage))],
    });
    const inTab = await kept();
    expect(inTab.tab).toEqual([key]);
    expect(JSON.stringify(inTab.elsewhere)).not.toContain(key);
    await page.reload();
    await page.getByText('process ').first().waitFor();
    await page.getByRole('button', { name: 'Forget key' }).click();
    await dialog.waitFor();
    expect(JSON.stringify(await kept())).not.toContain(key);
    expect(complaints.filter((complaint) => !isRefusal(complaint))).toEqual([]);
  },
);

test.skipIf(!hasBrowser)('live tail shows events as they come', async () => {
  const { page, complaints } = await openPage(browser, 'dark');
  await page.goto(url('/tail/?service=order'));
  await page
    .getByText(/\/products\//)
    .first()
    .waitFor();
  await picture(page, PICTURES, 'tail-dark');
  expect(complaints).toEqual([]);
});

test.skipIf(!hasBrowser)('status shows that nothing was lost', async () => {
  const { page, complaints } = await openPage(browser, 'light');
  await page.goto(url('/status/'));
  await page.getByText('order').first().waitFor();
  await picture(page, PICTURES, 'status-light');
  expect(complaints).toEqual([]);
});

// What is planted is in no picture of the demo: it comes after those.
const place = () => ({ browser, url, clickhouseUrl: session.world.clickhouseUrl });
testExplain({ isSkipped: !hasBrowser, pictures: PICTURES, place });

/** The last test: it ends load and agent, so that all counts come to rest. */
test.skipIf(!hasBrowser)('a tail that breaks goes on where it was: no event is lost, none comes twice', async () => {
  const { page, complaints } = await openPage(browser, 'dark');
  const QUERY = 'service=order&kind=http_request';
  await page.goto(`${door.proxy.url}/tail/?${QUERY}`);
  await page.getByRole('textbox', { name: 'Key' }).fill(door.makeKey('read'));
  await page.getByRole('button', { name: 'Use this key' }).click();
  const rows = page.locator('.tail-row');
  await rows.first().waitFor();
  await sleep(1500);
  door.proxy.cut();
  await page.getByText('trying again').waitFor();
  await sleep(1000);
  door.proxy.mend();
  await page.getByText('the tail goes on exactly where it was').first().waitFor();
  await picture(page, PICTURES, 'tail-resumed-dark');
  await session.drain();
  const tails = door.proxy.tails();
  const toldCount = (): number => countOf(toldOver(tails));
  const all = await readFrom(url(`/api/v1/events/tail?${QUERY}`), firstCursor(tails[0]), toldCount);
  const shown = async (): Promise<number> => {
    const sign = await page.getByRole('status').innerText();
    return Number((/([\d\u202f]+) received/.exec(sign)?.[1] ?? '').replaceAll('\u202f', ''));
  };
  await expect.poll(toldCount, { timeout: 60_000 }).toBe(countOf(all));
  const told = toldOver(tails);
  expect([tails.length >= 2, all.events.length > 100]).toEqual([true, true]);
  await expect.poll(shown).toBe(told.events.length);
  expect(new Set(told.events).size).toBe(told.events.length);
  if (told.skipped + all.skipped === 0) expect(told.events.toSorted()).toEqual(all.events.toSorted());
  expect(
    complaints.filter((complaint) => !isRefusal(complaint) && !/ERR_(EMPTY|CONNECTION|INCOMPLETE)/.test(complaint)),
  ).toEqual([]);
});
