/**
 * Candidates of both windows under one numbering: a candidate begins as (line that asked for the lock, kind of lock);
 * same-lock.ts then joins those that wait on one lock.
 */
import { LOCK_KINDS } from '@mapscope/events';
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

const KINDS = 8;

/** Grows with the lines of source that took a lock, which the probed binary bounds. */
export function numberSites(sets: readonly WaitColumns[]): NumberedSites {
  const known = new Map<string, number>();
  const sites: WaitingSite[] = [];
  const number = (place: CodeSite, lockKind: LockKind): number => {
    const key = `${lockKind}\n${siteKey(place)}`;
    const id = known.get(key) ?? sites.push({ site: place, lockKind }) - 1;
    known.set(key, id);
    return id;
  };
  const ofWait = sets.map((waits) => {
    // Two small numbers name a site within a set: no text is made for a wait whose site was seen.
    const seen = new Int32Array((waits.sites.length + 1) * KINDS).fill(-1);
    const ids = new Uint32Array(waits.count);
    for (let w = 0; w < waits.count; w += 1) {
      const site = Math.min(waits.waiterSites[w] ?? 0, waits.sites.length);
      const kind = waits.lockKinds[w] ?? 'other';
      const slot = site * KINDS + LOCK_KINDS[kind];
      let id = seen[slot] ?? -1;
      if (id < 0) {
        id = number(waits.sites[site] ?? UNKNOWN_SITE, kind);
        seen[slot] = id;
      }
      ids[w] = id;
    }
    return ids;
  });
  return { sites, ofWait };
}

/** Only these can be blamed: a WaitGroup waits for goroutines, not for a lock; GC and `other` have no line to mend. */
export const isLock = (kind: LockKind): boolean =>
  kind === 'mutex' || kind === 'rwmutex_read' || kind === 'rwmutex_write';
