/**
 * Candidates of both windows under one numbering: a candidate begins as (line that asked for the lock, kind of lock);
 * same-lock.ts then joins those that wait on one lock.
 */
import type { LockKind } from '@mapscope/events';
import type { CodeSite, WaitColumns } from '../evidence.ts';

export interface WaitingSite {
  readonly site: CodeSite;
  readonly lockKind: LockKind;
}

export interface NumberedSites {
  readonly sites: readonly WaitingSite[];
  /** per set of waits, per wait: index into sites */
  readonly ofWait: readonly Uint32Array[];
}

/** No site has this name: a wait whose stack could not be read. */
export const UNKNOWN_SITE: CodeSite = { function: '', file: '', line: 0 };

export const siteKey = (site: CodeSite): string => `${site.function}\n${site.file}\n${site.line}`;

/** Grows with the lines of source that took a lock, which the probed binary bounds. */
export function numberSites(sets: readonly WaitColumns[]): NumberedSites {
  const known = new Map<string, number>();
  const sites: WaitingSite[] = [];
  const ofWait = sets.map((waits) => {
    const seen = new Map<string, number>();
    const number = (site: number, lockKind: LockKind): number => {
      const place = waits.sites[site] ?? UNKNOWN_SITE;
      const key = `${lockKind}\n${siteKey(place)}`;
      const id = known.get(key) ?? sites.push({ site: place, lockKind }) - 1;
      known.set(key, id);
      return id;
    };
    return Uint32Array.from({ length: waits.count }, (_, w) => {
      const site = waits.waiterSites[w] ?? 0;
      const kind = waits.lockKinds[w] ?? 'other';
      const key = `${kind}${site}`;
      const id = seen.get(key) ?? number(site, kind);
      seen.set(key, id);
      return id;
    });
  });
  return { sites, ofWait };
}

/** Only these can be blamed: a WaitGroup waits for goroutines, not for a lock; GC and `other` have no line to mend. */
export const isLock = (kind: LockKind): boolean =>
  kind === 'mutex' || kind === 'rwmutex_read' || kind === 'rwmutex_write';
