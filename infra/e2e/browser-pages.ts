/** Every page over the planted shop: pictures, both themes, a phone, by keys alone, from its address, and when things go wrong. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { openPage, picture } from './browser.ts';
import { LONG_TRACE, slowTrace } from './browser-shop.ts';
import type { Shop } from './browser-shop-words.ts';

export interface PagesNeeds {
  readonly isSkipped: boolean;
  readonly pictures: string;
  /** known once everything runs */
  readonly place: () => {
    readonly browser: Browser;
    readonly url: (path: string) => string;
    readonly shop: Shop;
  };
}

interface PageCase {
  readonly name: string;
  readonly path: (shop: Shop) => string;
  /** on it when it is drawn */
  readonly shows: RegExp;
}

const instant = (ms: number): string => new Date(ms).toISOString();
const about = ({ slowFrom, end }: Shop): string => `from=${instant(slowFrom)}&to=${instant(end)}`;

/** The baseline is named, so that the answer is the same whenever it is asked. */
const explainOf = (shop: Shop): string =>
  `/explain/?service=bazaar&${about(shop)}&baselineFrom=${instant(shop.slowFrom - 600_000)}&baselineTo=${instant(shop.slowFrom)}`;

const PAGES: readonly PageCase[] = [
  { name: 'heatmap', path: explainOf, shows: /Requests wait for the lock in/ },
  { name: 'locks', path: () => '/locks/?service=bazaar&from=now-1h', shows: /Who waited for whom/ },
  { name: 'lock', path: () => '/locks/?service=bazaar&lock=0xc000010000', shows: /RWMutex, reading at/ },
  { name: 'maps', path: () => '/maps/?service=stock', shows: /map\[string\]int/ },
  { name: 'map', path: () => '/maps/?service=stock&map=0x000000c000044280', shows: /Lines that met in it/ },
  { name: 'goroutines', path: () => '/goroutines/?service=stock', shows: /24 goroutines/ },
  { name: 'crashes', path: () => '/crashes/?service=stock', shows: /concurrent map writes/ },
  { name: 'services', path: () => '/services/', shows: /mail:25/ },
  { name: 'probes', path: () => '/probes/', shows: /costs too much/ },
  { name: 'trace-states', path: (shop) => `/trace/?id=${slowTrace(shop)}&open=w0`, shows: /what its goroutine did/ },
  { name: 'trace-long', path: () => `/trace/?id=${LONG_TRACE}`, shows: /nightly import/ },
];

/** The same in numbers. */
const TWINS: readonly PageCase[] = [
  { name: 'heatmap-table', path: (shop) => `${explainOf(shop)}&view=table`, shows: /Slowest/ },
  {
    name: 'locks-table',
    path: () => '/locks/?service=bazaar&from=now-1h&series=table&matrix=table&flameView=table',
    shows: /Against before/,
  },
  { name: 'goroutines-table', path: () => '/goroutines/?service=stock&view=table', shows: /Last parked at/ },
  { name: 'services-table', path: () => '/services/?view=table', shows: /p99 of a call/ },
];

/** Pages that browser.e2e.ts has pictures of. */
const OTHERS: readonly PageCase[] = [
  { name: 'incidents', path: () => '/', shows: /Services/ },
  { name: 'tail', path: () => '/tail/', shows: /received|Connected/ },
  { name: 'status', path: () => '/status/', shows: /From probe to table/ },
  { name: 'trace', path: () => '/trace/', shows: /Which trace/ },
];

async function open(page: Page, address: string, { shows }: PageCase): Promise<void> {
  await page.goto(address);
  await page.locator('main').getByText(shows).first().waitFor();
  // Everything that is asked for is drawn, or has said why not.
  await expect.poll(() => page.locator('main [aria-label$=": loading"]').count()).toBe(0);
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** As text: what is said there is said in the browser, where there are other names than here. */
const SERIOUS = `axe.run(document).then(({ violations }) => violations
  .filter(({ impact }) => impact === 'serious' || impact === 'critical')
  .map(({ id, nodes }) => id + ': ' + nodes[0].html.slice(0, 200)))`;

/** Handed to the browser itself: the page's policy lets no such script in. */
async function faultsOf(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  return page.evaluate<readonly string[]>(SERIOUS);
}

const widthOver = (page: Page): Promise<number> =>
  page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');

const PHONE = { width: 390, height: 844 };

export function testPages(needs: PagesNeeds): void {
  testEach(needs);
  testAddresses(needs);
  testLongTrace(needs);
}

function testEach({ isSkipped, pictures, place }: PagesNeeds): void {
  test.skipIf(isSkipped).for(['light', 'dark'] as const)(
    'every page is drawn without a fault that a reader of screens would meet, at a desk and on a phone, in %s colours',
    async (scheme) => {
      const { browser, url, shop } = place();
      const { page, complaints } = await openPage(browser, scheme);
      const found: string[] = [];
      for (const one of [...PAGES, ...TWINS, ...OTHERS]) {
        await open(page, url(one.path(shop)), one);
        if (PAGES.includes(one)) await picture(page, pictures, `${one.name}-${scheme}`);
        found.push(...(await faultsOf(page)).map((fault) => `${one.name}: ${fault}`));
        const size = page.viewportSize();
        await page.setViewportSize(PHONE);
        const over = await widthOver(page);
        if (over > 0) found.push(`${one.name}: ${over} pixels wider than a phone`);
        if (one.name === 'heatmap' || one.name === 'goroutines')
          await picture(page, pictures, `${one.name}-phone-${scheme}`);
        if (size !== null) await page.setViewportSize(size);
      }
      expect(found).toEqual([]);
      expect(complaints).toEqual([]);
    },
  );
}

const KEPT: readonly PageCase[] = [
  ...TWINS,
  {
    name: 'choice',
    path: () => '/goroutines/?service=stock&goroutine=1003&v0=12&v1=16&stateAt=14',
    shows: /Goroutine 1003/,
  },
  {
    name: 'flame',
    path: () => '/locks/?service=bazaar&from=now-1h&role=releaser&flame=difference',
    shows: /larger part|nobody waited/,
  },
  { name: 'rows', path: (shop) => `/trace/?id=${slowTrace(shop)}&open=w0`, shows: /Waiter, goroutine/ },
];

function testAddresses({ isSkipped, place }: PagesNeeds): void {
  test.skipIf(isSkipped)('a page that is loaded anew shows the same: all of it is in its address', async () => {
    const { browser, url, shop } = place();
    const { page } = await openPage(browser, 'light');
    for (const one of KEPT) {
      await open(page, url(one.path(shop)), one);
      const before = { address: page.url(), title: await page.title() };
      await page.reload();
      await page.locator('main').getByText(one.shows).first().waitFor();
      expect([one.name, page.url(), await page.title()]).toEqual([one.name, before.address, before.title]);
    }
  });
}

function testLongTrace({ isSkipped, place }: PagesNeeds): void {
  test.skipIf(isSkipped)(
    'of ten thousand spans only those in sight are drawn, and the last one is reached',
    async () => {
      const { browser, url } = place();
      const { page, complaints } = await openPage(browser, 'light');
      await page.goto(url(`/trace/?id=${LONG_TRACE}`));
      await page
        .getByRole('button', { name: /nightly import/ })
        .first()
        .waitFor();
      expect(await page.locator('.virtual-row').count()).toBeLessThan(120);
      await page.evaluate('scrollTo(0, document.body.scrollHeight)');
      await page.locator('[aria-posinset="10000"]').waitFor();
      expect(await page.locator('.virtual-row').count()).toBeLessThan(120);
      expect(complaints).toEqual([]);
    },
  );
}
