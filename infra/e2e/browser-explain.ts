/** What the page Explain shows of a verdict that is no lock, and that a brush is a question that a link asks again. */
import type { ExplainAnswer } from '@mapscope/contract';
import type { Browser, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { plantSlowCalls, type Planted } from './browser-planted.ts';
import { openPage, picture } from './browser.ts';

export interface ExplainNeeds {
  readonly isSkipped: boolean;
  readonly pictures: string;
  /** known once everything runs */
  readonly place: () => {
    readonly browser: Browser;
    readonly url: (path: string) => string;
    readonly clickhouseUrl: string;
  };
}

const instant = (unixMillis: number): string => new Date(unixMillis).toISOString();

function addressOf({ service, from, to, baselineFrom }: Planted): string {
  const window = { from: instant(from), to: instant(to) };
  const baseline = { baselineFrom: instant(baselineFrom), baselineTo: instant(from) };
  return `/explain/?${new URLSearchParams({ service, ...window, ...baseline }).toString()}`;
}

const panel = (page: Page, name: string) => page.getByRole('region', { name, exact: true });

const headlineOf = ({ host }: Planted): string => `Requests wait for calls to ${host}`;

async function expectSlowCalls(page: Page, planted: Planted): Promise<void> {
  await page.getByRole('heading', { level: 1, name: headlineOf(planted) }).waitFor();
  expect(await page.getByText('slow downstream').count()).toBeGreaterThan(0);
  const account = panel(page, 'Where the extra latency went');
  const bar = await account.getByRole('img').getAttribute('aria-label');
  expect(bar).toMatch(new RegExp(`^calls to ${planted.host} (9\\d(\\.\\d)?|100) %; .*not explained`));
  await account.getByText('table', { exact: true }).click();
  await account.getByRole('row', { name: new RegExp(`calls to ${planted.host} .*◆ blamed`) }).waitFor();
  expect(new URL(page.url()).searchParams.get('account')).toBe('table');
  expect(await panel(page, 'How to mend it').innerText()).toContain(`Ask the same question of ${planted.host}`);
  expect(await panel(page, 'Everything that was weighed').innerText()).toContain('◆ blamed');
}

/** From the middle of the slow minutes, above what is usual: of all that is drawn there, the slow requests. */
async function drawBrush(page: Page): Promise<void> {
  const plot = page.locator('.u-over');
  await plot.scrollIntoViewIfNeeded();
  const box = await plot.boundingBox();
  if (box === null) throw new Error('the chart is not drawn');
  const at = (x: number, y: number) => [box.x + box.width * x, box.y + box.height * y] as const;
  await page.mouse.move(...at(0.79, 0.03));
  await page.mouse.down();
  await page.mouse.move(...at(0.85, 0.3), { steps: 4 });
  await page.mouse.move(...at(0.94, 0.45), { steps: 4 });
  await page.mouse.up();
}

/** What the page asks for by POST, and what it was told. */
async function explained(page: Page, act: () => Promise<unknown>): Promise<ExplainAnswer> {
  const answered = page.waitForResponse(
    (response) => response.url().endsWith('/api/v1/explain') && response.request().method() === 'POST',
  );
  await act();
  const response = await answered;
  expect(response.status()).toBe(200);
  // The contract's shape, checked by the api's own tests.
  return (await response.json()) as ExplainAnswer;
}

/** All that is said of the brush, to compare two pages. */
async function saidOf(page: Page): Promise<readonly string[]> {
  await page.getByRole('button', { name: 'Clear the brush' }).waitFor();
  const parts = [page.locator('h1'), page.locator('.lead'), page.locator('.key-brush'), page.locator('.cards')];
  return Promise.all(parts.map((part) => part.innerText()));
}

export function testExplain({ isSkipped, pictures, place }: ExplainNeeds): void {
  let rows: Promise<Planted> | undefined;
  const plant = (): Promise<Planted> => (rows ??= plantSlowCalls(place().clickhouseUrl, Date.now()));

  test.skipIf(isSkipped)('a verdict that is no lock is drawn as what it is, in light and dark colours', async () => {
    const planted = await plant();
    const { browser, url } = place();
    for (const scheme of ['light', 'dark'] as const) {
      const { page, complaints } = await openPage(browser, scheme);
      await page.goto(url(addressOf(planted)));
      await page.locator('canvas').first().waitFor();
      await picture(page, pictures, `explain-downstream-${scheme}`);
      await expectSlowCalls(page, planted);
      expect(complaints).toEqual([]);
    }
  });

  test.skipIf(isSkipped)('a brush asks about its requests alone, and its link asks the same again', async () => {
    const planted = await plant();
    const { browser, url } = place();
    const { page, complaints } = await openPage(browser, 'light');
    await page.goto(url(addressOf(planted)));
    await page.locator('canvas').first().waitFor();
    const answer = await explained(page, () => drawBrush(page));
    expect([answer.verdict, answer.baselineSource]).toEqual(['downstream', 'rest-of-window']);
    expect(answer.latencyRange?.fromMs).toBeGreaterThan(20);
    expect(answer.requests).toBe(answer.slowRequests);
    const said = await saidOf(page);
    expect(said[0]).toBe(headlineOf(planted));
    const other = await openPage(browser, 'dark');
    const again = await explained(other.page, () => other.page.goto(page.url()));
    expect(again).toEqual(answer);
    expect(await saidOf(other.page)).toEqual(said);
    await page.goBack();
    await page.getByText('Drag over the chart').waitFor();
    expect([...complaints, ...other.complaints]).toEqual([]);
  });
}
