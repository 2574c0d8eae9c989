/** Lines of source as people name them. The full text stays in titles and stacks. */
import type { CodeSiteJson } from '@mapscope/contract';

/** github.com/shop/order/cache.(*Cache).Get → cache.(*Cache).Get */
export const shortFunction = (name: string): string => name.slice(name.lastIndexOf('/') + 1) || 'unknown function';

/** /src/github.com/shop/order/cache.go → order/cache.go */
export const shortFile = (file: string): string =>
  file.split('/').filter(Boolean).slice(-2).join('/') || 'unknown file';

export const isKnown = (site: CodeSiteJson | null | undefined): site is CodeSiteJson =>
  site !== null && site !== undefined && (site.function !== '' || site.file !== '');

export const fileLine = (site: CodeSiteJson): string => `${shortFile(site.file)}:${site.line}`;
export const fullPlace = (site: CodeSiteJson): string => `${site.function} ${site.file}:${site.line}`;

export const isSameSite = (a: CodeSiteJson, b: CodeSiteJson): boolean =>
  a.function === b.function && a.file === b.file && a.line === b.line;

const LOCK_WORDS: Readonly<Record<string, string>> = {
  mutex: 'Mutex',
  rwmutex_read: 'RWMutex, reading',
  rwmutex_write: 'RWMutex, writing',
  waitgroup: 'WaitGroup',
  gc: 'garbage collector',
  other: 'semaphore',
};
export const lockWord = (kind: string): string => LOCK_WORDS[kind] ?? kind;

/** 4bf92f35…0e4736: both ends, as people compare them. */
export const shortTrace = (id: string): string => (id.length > 16 ? `${id.slice(0, 8)}…${id.slice(-6)}` : id);

/** A trace id of zeros says that there is none (W3C Trace Context, 3.2.2.3). */
export const isTrace = (id: string | null | undefined): id is string =>
  id !== null && id !== undefined && /[1-9a-f]/i.test(id);
