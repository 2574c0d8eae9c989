import { useSyncExternalStore } from 'react';
import { pageAt, type Page } from './pages.ts';
import { readQuery, type QueryValues } from './query.ts';

export interface Route {
  /** undefined: no such page */
  readonly page: Page | undefined;
  readonly query: QueryValues;
}

/** pushState tells nobody, so that we tell ourselves. */
const MOVED = 'mapscope:moved';

function subscribe(onChange: () => void): () => void {
  const events = ['popstate', MOVED];
  for (const event of events) globalThis.addEventListener(event, onChange);
  return () => {
    for (const event of events) globalThis.removeEventListener(event, onChange);
  };
}

const currentAddress = (): string => `${location.pathname}${location.search}`;

export function useRoute(): Route {
  const address = useSyncExternalStore(subscribe, currentAddress);
  const [pathname = '/', search = ''] = address.split(/(?=\?)/, 2);
  return { page: pageAt(pathname), query: readQuery(search) };
}

/**
 * `replace` for what is a setting of the same page, not a step one would go back from; `stay` for a step that leaves the
 * eye where it is.
 */
export function navigate(href: string, how: 'push' | 'replace' | 'stay' = 'push'): void {
  if (how === 'replace') history.replaceState(null, '', href);
  else history.pushState(null, '', href);
  globalThis.dispatchEvent(new Event(MOVED));
  if (how === 'push') globalThis.scrollTo(0, 0);
}
