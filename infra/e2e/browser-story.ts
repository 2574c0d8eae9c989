/** The whole story of an incident, by mouse and by keys alone; and what a page says that is left open while things break. */
import type { Browser, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { Door } from './browser-door.ts';
import { openPage } from './browser.ts';

export interface StoryNeeds {
  readonly isSkipped: boolean;
  /** known once everything runs */
  readonly place: () => { readonly browser: Browser; readonly url: (path: string) => string; readonly door: Door };
}

/** A page has fewer stops than this before its own links. */
const MAX_TABS = 120;

/** Walks by Tab alone to the first stop that a selector names. */
async function tabTo(page: Page, selector: string): Promise<void> {
  await page.locator(selector).first().waitFor();
  for (let tabs = 0; tabs < MAX_TABS; tabs++) {
    await page.keyboard.press('Tab');
    const isThere = `document.activeElement !== null && document.activeElement.matches(${JSON.stringify(selector)})`;
    if (await page.evaluate<boolean>(isThere)) return;
  }
  throw new Error(`Tab does not lead to ${selector}`);
}

const INCIDENT = '.incident-link[href*="service=bazaar"]';
const TRACE = 'main a[href*="/trace/?id="]';
const WAIT = '.row-wait';

/** The trace's page, where the wait is open: who waited, who held, at which line. */
async function expectHolder(page: Page): Promise<void> {
  await page.getByText(/Holder, goroutine \d+/).waitFor();
  const holder = page.locator('.frame-hold').first();
  await holder.waitFor();
  expect(await holder.innerText()).toMatch(/\.go:\d+/);
  expect(new URL(page.url()).searchParams.get('open')).toMatch(/^w\d+/);
}

function testWays({ isSkipped, place }: StoryNeeds): void {
  test.skipIf(isSkipped)('from the incident to the line of source by mouse', async () => {
    const { browser, url } = place();
    const { page, complaints } = await openPage(browser, 'light');
    await page.goto(url('/'));
    await page.locator(INCIDENT).first().click();
    await page.locator(TRACE).first().click();
    await page.locator(WAIT).first().click();
    await expectHolder(page);
    await page.getByRole('link', { name: 'Everybody who waited for this lock' }).click();
    await page.getByRole('region', { name: 'Who waited for whom', exact: true }).waitFor();
    expect(complaints).toEqual([]);
  });
}

function testKeys({ isSkipped, place }: StoryNeeds): void {
  test.skipIf(isSkipped)('from the incident to the line of source by keys alone', async () => {
    const { browser, url } = place();
    const { page, complaints } = await openPage(browser, 'dark');
    await page.goto(url('/'));
    for (const stop of [INCIDENT, TRACE, WAIT]) {
      await tabTo(page, stop);
      await page.keyboard.press('Enter');
    }
    await expectHolder(page);
    expect(complaints).toEqual([]);
  });

  test.skipIf(isSkipped)('keys open their list, the palette and other pages', async () => {
    const { browser, url } = place();
    const { page, complaints } = await openPage(browser, 'light');
    await page.goto(url('/'));
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor({ state: 'detached' });
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Page, service or trace id' }).fill('bazaar locks');
    await page.getByRole('option', { name: /bazaar.*Locks/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/locks\/\?service=bazaar/);
    await page.keyboard.press('g');
    await page.keyboard.press('h');
    await page.waitForURL(/\/status\/$/);
    expect(complaints).toEqual([]);
  });
}

function testKeyBrush({ isSkipped, place }: StoryNeeds): void {
  test.skipIf(isSkipped)('a brush is drawn by keys, and asks for the explanation', async () => {
    const { browser, url } = place();
    const { page } = await openPage(browser, 'light');
    await page.goto(url('/explain/?service=bazaar'));
    await tabTo(page, '.chart');
    for (const key of ['ArrowLeft', 'Shift+ArrowRight', 'Shift+ArrowRight', 'Shift+ArrowUp'])
      await page.keyboard.press(key);
    const asked = page.waitForRequest((request) => request.url().endsWith('/api/v1/explain'));
    await page.keyboard.press('Enter');
    expect((await asked).postDataJSON()).toMatchObject({ service: 'bazaar', latencyRange: {} });
    expect(new URL(page.url()).searchParams.get('brushMinMs')).not.toBeNull();
  });
}

const EMPTY =
  /No Go service is watched yet|is watched yet|No map of|was not read in this time|crashed in this time|Nobody waited/;

function testTroubles({ isSkipped, place }: StoryNeeds): void {
  test.skipIf(isSkipped)('a page over an empty time says so, and what to do', async () => {
    const { browser, url } = place();
    const { page, complaints } = await openPage(browser, 'light');
    const window = 'from=2026-01-01T00:00:00Z&to=2026-01-01T01:00:00Z';
    const pages = ['locks/?service=bazaar&', 'maps/?service=bazaar&', 'goroutines/?', 'crashes/?', 'services/?'];
    for (const path of pages) {
      await page.goto(url(`/${path}${window}`));
      await page.locator('main').getByText(EMPTY).first().waitFor();
    }
    expect(complaints).toEqual([]);
  });

  test.skipIf(isSkipped)('an error of the API is told in words, and a retry mends the page', async () => {
    const { browser, url } = place();
    const { page } = await openPage(browser, 'light');
    const problem = { title: 'Internal Server Error', status: 500, detail: 'something broke here', code: 'INTERNAL' };
    await page.route('**/api/v1/service-map*', (route) =>
      route.fulfill({ status: 500, contentType: 'application/problem+json', body: JSON.stringify(problem) }),
    );
    await page.goto(url('/services/'));
    await page.getByRole('alert').getByText('something broke here').waitFor();
    await page.unroute('**/api/v1/service-map*');
    await page.getByRole('button', { name: 'Retry' }).click();
    await page.getByText('Who calls whom').waitFor();
  });
}

function testLeftOpen({ isSkipped, place }: StoryNeeds): void {
  test.skipIf(isSkipped)(
    'left open over a restart of the API and a key that ends, a page says so and recovers',
    async () => {
      const { browser, door } = place();
      const { page } = await openPage(browser, 'light');
      const use = async (key: string): Promise<void> => {
        await page.getByRole('textbox', { name: 'Key' }).fill(key);
        await page.getByRole('button', { name: 'Use this key' }).click();
      };
      await page.goto(`${door.proxy.url}/probes/`);
      const key = door.makeKey('read');
      await use(key);
      await page
        .getByText(/process \d+/)
        .first()
        .waitFor();
      door.proxy.cut();
      await page.getByText('The API does not answer').waitFor();
      door.proxy.mend();
      await page.getByText('The API does not answer').waitFor({ state: 'detached' });
      door.revoke(key);
      await page.getByRole('dialog', { name: 'This key does not hold' }).waitFor();
      await use(door.makeKey('read'));
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page
        .getByText(/process \d+/)
        .first()
        .waitFor();
    },
  );
}

export function testStory(needs: StoryNeeds): void {
  testWays(needs);
  testKeys(needs);
  testKeyBrush(needs);
  testTroubles(needs);
  testLeftOpen(needs);
}
