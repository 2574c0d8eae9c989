/**
 * The pages in a real browser, over a real run of the demo shop that was broken on purpose. Pictures of every page are
 * kept under .mapscope/screenshots, or where MAPSCOPE_SCREENSHOTS says (the README's come from there).
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import { ensureChromium } from '../setup/tasks/chromium.ts';
import { progressTo } from '../setup/steps.ts';
import { readStartOptions } from '../start/options.ts';
import { openSession, type Session } from '../start/session.ts';
import { findVerdict } from '../start/verdict.ts';
import { dataPaths } from '../world/paths.ts';
import { launch, openPage, picture } from './browser.ts';

const PICTURES = process.env['MAPSCOPE_SCREENSHOTS'] ?? join(dataPaths().root, 'screenshots');
const QUIET = { progress: progressTo(() => undefined), say: () => undefined };
const BASELINE_MILLIS = 30_000;
const hasBrowser = (await ensureChromium()) !== undefined;

let session: Session;
let browser: Browser;
let traceId = '';

beforeAll(async () => {
  if (!hasBrowser) return;
  const ports = ['--port', '0', '--kafka-port', '0', '--clickhouse-port', '0', '--otlp-port', '0'];
  const data = join(dataPaths().root, 'browser-test');
  session = await openSession(readStartOptions([...ports, '--data-dir', data], {}), QUIET);
  await sleep(BASELINE_MILLIS);
  await session.target.breakIt?.();
  const answer = await findVerdict({
    ask: session.rootCause,
    everyMillis: 2_000,
    timeoutMillis: 120_000,
    cancelled: () => false,
  });
  expect(answer?.verdict).toBe('contention');
  traceId = answer?.exemplarTraceIds[0] ?? '';
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
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

test.skipIf(!hasBrowser)('live tail shows events as they come', async () => {
  const { page, complaints } = await openPage(browser, 'dark');
  await page.goto(url('/tail/?service=order'));
  await page
    .getByText(/\/products\//)
    .first()
    .waitFor({ timeout: 20_000 });
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
