import type { Page } from '../router/pages.ts';
import type { QueryValues } from '../router/query.ts';
import { shortTrace } from '../format/code-place.ts';

const WORDS: Readonly<Record<Page, (query: QueryValues) => string>> = {
  incidents: () => 'Incidents',
  explain: ({ service }) => (service === undefined ? 'Explain' : `Why is ${service} slow?`),
  trace: ({ id }) => (id === undefined ? 'Trace' : `Trace ${shortTrace(id)}`),
  tail: () => 'Live tail',
  status: () => 'Status',
};

/** What stands on the browser's tab. */
export const titleOf = (page: Page | undefined, query: QueryValues): string =>
  `${page === undefined ? 'No such page' : WORDS[page](query)} · Mapscope`;
