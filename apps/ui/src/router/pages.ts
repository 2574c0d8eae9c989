/** The pages and where they live. Used by the router and, at build time, to write one index.html per page. */

export const PAGES = [
  'incidents',
  'explain',
  'trace',
  'locks',
  'maps',
  'goroutines',
  'crashes',
  'services',
  'probes',
  'tail',
  'status',
] as const;
export type Page = (typeof PAGES)[number];

/** As the navigation, the palette and the keys call them. */
export const PAGE_NAMES: Readonly<Record<Page, string>> = {
  incidents: 'Incidents',
  explain: 'Explain',
  trace: 'Trace',
  locks: 'Locks',
  maps: 'Maps',
  goroutines: 'Goroutines',
  crashes: 'Crashes',
  services: 'Services',
  probes: 'Probes',
  tail: 'Live tail',
  status: 'Status',
};

const HOME: Page = 'incidents';

export const PAGE_FOLDERS: readonly string[] = PAGES.filter((page) => page !== HOME);

export const pathOf = (page: Page): string => (page === HOME ? '/' : `/${page}/`);

/** `/explain/` and `/explain` are the same page; undefined for a path that is none of ours. */
export function pageAt(pathname: string): Page | undefined {
  const folder = pathname.replaceAll(/^\/|\/$/g, '').replace(/\/?index\.html$/, '');
  return folder === '' ? HOME : PAGES.find((page) => page === folder && page !== HOME);
}
