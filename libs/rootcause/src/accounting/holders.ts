/**
 * Who held the lock while a request waited? A wait ends with a release, but that release is often the last of a chain:
 * behind a mutex that was held for 200 ms, fifty waiters wake one another, and 49 of them were "released" by a waiter.
 * So a wait is divided among all releases of that lock inside it, each getting the time since the release before:
 *
 *     releases of the lock        A                 B  C  D
 *     wait                    ├───│─────────────────│──│──┤
 *     counted for                A         B          C  D
 *
 * Only releases that woke somebody whose wait is in the evidence are seen; the time of others falls to the next one.
 */
import type { CodeSite, WaitColumns } from '../evidence.ts';
import { orderOf } from '../statistics/order.ts';
import { firstAbove } from '../statistics/spearman.ts';
import type { NumberedLocks } from './locks.ts';
import type { Matched } from './match.ts';
import { siteKey, UNKNOWN_SITE } from './sites.ts';

export interface HolderShare {
  readonly site: CodeSite;
  /** its part of the waited time, 0…1 */
  readonly share: number;
}

/** All waits by lock, then by moment of release. */
export interface Releases {
  readonly locks: NumberedLocks;
  /** releases of a lock: offsets[lock] … offsets[lock + 1] */
  readonly offsets: Uint32Array;
  readonly order: Uint32Array;
  /** end of order[i] */
  readonly ends: Float64Array;
  readonly positionOf: Uint32Array;
  /** per release, all 0 between two questions: waits that span the whole gap before it, and nanoseconds given to it */
  readonly spanning: Int32Array;
  readonly nanos: Float64Array;
}

/** Linear: in order of release, then by a stable counting sort over locks. */
export function releasesOf(locks: NumberedLocks, matched: Matched): Releases {
  const count = locks.ofWait.length;
  const offsets = new Uint32Array(locks.addresses.length + 1);
  for (const lock of locks.ofWait) offsets[lock + 1] = (offsets[lock + 1] ?? 0) + 1;
  for (let lock = 0; lock < locks.addresses.length; lock += 1)
    offsets[lock + 1] = (offsets[lock + 1] ?? 0) + (offsets[lock] ?? 0);
  const next = offsets.slice();
  const order = new Uint32Array(count);
  const positionOf = new Uint32Array(count);
  const ends = new Float64Array(count);
  for (const w of orderOf(matched.end)) {
    const lock = locks.ofWait[w] ?? 0;
    const at = next[lock] ?? 0;
    next[lock] = at + 1;
    order[at] = w;
    ends[at] = matched.end[w] ?? 0;
    positionOf[w] = at;
  }
  const [spanning, nanos] = [new Int32Array(count + 1), new Float64Array(count)];
  return { locks, offsets, order, positionOf, ends, spanning, nanos };
}

/** Holders of the waits `chosen`, longest first; empty when nothing was waited. */
export function dividedByRelease(
  waits: WaitColumns,
  matched: Matched,
  releases: Releases,
  chosen: Uint32Array,
): readonly HolderShare[] {
  const { offsets, ends, positionOf, spanning, nanos } = releases;
  const touched = new Set<number>();
  // Waits that span the whole gap before release i are counted in steps: +1 where they begin, −1 behind their end.
  for (const w of chosen) {
    const lock = releases.locks.ofWait[w] ?? 0;
    touched.add(lock);
    const last = positionOf[w] ?? 0;
    const first = firstAbove(ends, matched.start[w] ?? 0, offsets[lock] ?? 0, last);
    nanos[first] = (nanos[first] ?? 0) + (ends[first] ?? 0) - (matched.start[w] ?? 0);
    spanning[first + 1] = (spanning[first + 1] ?? 0) + 1;
    spanning[last + 1] = (spanning[last + 1] ?? 0) - 1;
  }
  return ranked(waits, givenToSites(waits, releases, touched));
}

/** Nanoseconds per holder site; the last is the unknown one. Leaves the scratch arrays as it found them: 0. */
function givenToSites(waits: WaitColumns, releases: Releases, touched: Iterable<number>): Float64Array {
  const { offsets, order, ends, spanning, nanos } = releases;
  const unknown = waits.sites.length;
  const perSite = new Float64Array(unknown + 1);
  for (const lock of touched) {
    const [begin, end] = [offsets[lock] ?? 0, offsets[lock + 1] ?? 0];
    let open = 0;
    for (let i = begin; i < end; i += 1) {
      // What stands at its begin ended with the lock before: a wait opens behind its first release.
      open += i > begin ? (spanning[i] ?? 0) : 0;
      const given = (nanos[i] ?? 0) + (open > 0 ? open * ((ends[i] ?? 0) - (ends[i - 1] ?? 0)) : 0);
      const site = Math.min(waits.holderSites[order[i] ?? 0] ?? unknown, unknown);
      perSite[site] = (perSite[site] ?? 0) + given;
      spanning[i] = 0;
      nanos[i] = 0;
    }
    spanning[end] = 0;
  }
  return perSite;
}

function ranked(waits: WaitColumns, perSite: Float64Array): readonly HolderShare[] {
  const merged = new Map<string, { site: CodeSite; nanos: number }>();
  let total = 0;
  perSite.forEach((value, index) => {
    if (value <= 0) return;
    const site = waits.sites[index] ?? UNKNOWN_SITE;
    const before = merged.get(siteKey(site))?.nanos ?? 0;
    merged.set(siteKey(site), { site, nanos: before + value });
    total += value;
  });
  return [...merged.values()]
    .sort((a, b) => b.nanos - a.nanos)
    .map((holder) => ({ site: holder.site, share: holder.nanos / total }));
}
