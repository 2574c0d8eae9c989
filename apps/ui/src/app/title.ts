import { PAGE_NAMES, type Page } from '../router/pages.ts';
import type { QueryValues } from '../router/query.ts';
import { shortTrace } from '../format/code-place.ts';

const of = (page: Page, service: string | undefined): string =>
  service === undefined ? PAGE_NAMES[page] : `${PAGE_NAMES[page]} of ${service}`;

const WORDS: Readonly<Partial<Record<Page, (query: QueryValues) => string>>> = {
  explain: ({ service }) => (service === undefined ? 'Explain' : `Why is ${service} slow?`),
  trace: ({ id }) => (id === undefined ? 'Trace' : `Trace ${shortTrace(id)}`),
  locks: ({ service, lock }) => (lock === undefined ? of('locks', service) : `Lock ${lock}`),
  maps: ({ service, map }) => (map === undefined ? of('maps', service) : `Map ${map}`),
  goroutines: ({ service }) => of('goroutines', service),
  crashes: ({ service }) => of('crashes', service),
};

/** What stands on the browser's tab. */
export const titleOf = (page: Page | undefined, query: QueryValues): string =>
  `${page === undefined ? 'No such page' : (WORDS[page]?.(query) ?? PAGE_NAMES[page])} · Mapscope`;
