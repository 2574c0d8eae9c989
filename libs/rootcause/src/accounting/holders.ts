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
import type { MatchedWaits } from './match.ts';
import { siteKey, UNKNOWN_SITE } from './sites.ts';
import { firstAbove } from '../statistics/spearman.ts';

export interface HolderShare {
  readonly site: CodeSite;
  /** its part of the waited time, 0…1 */
  readonly share: number;
}

/** All waits by lock address, then by moment of release. */
export interface Releases {
  readonly order: Uint32Array;
  /** end of order[i] */
  readonly ends: Float64Array;
  readonly positionOf: Uint32Array;
  /** per wait: where the releases of its lock begin in order */
  readonly firstOf: Uint32Array;
}

export function releasesOf(waits: WaitColumns, matched: MatchedWaits): Releases {
  const byLock = new Map<string, number[]>();
  for (let w = 0; w < waits.count; w += 1) {
    const address = waits.lockAddresses[w] ?? '';
    const list = byLock.get(address);
    if (list === undefined) byLock.set(address, [w]);
    else list.push(w);
  }
  const order = new Uint32Array(waits.count);
  const positionOf = new Uint32Array(waits.count);
  const firstOf = new Uint32Array(waits.count);
  let filled = 0;
  for (const list of byLock.values()) {
    const range = order.subarray(filled, filled + list.length);
    range.set(list);
    range.sort((a, b) => (matched.end[a] ?? 0) - (matched.end[b] ?? 0));
    for (let i = 0; i < range.length; i += 1) {
      positionOf[range[i] ?? 0] = filled + i;
      firstOf[range[i] ?? 0] = filled;
    }
    filled += list.length;
  }
  return { order, positionOf, firstOf, ends: Float64Array.from(order, (w) => matched.end[w] ?? 0) };
}

/** Holders of the waits `chosen`, longest first; empty when nothing was waited. */
export function dividedByRelease(
  waits: WaitColumns,
  matched: MatchedWaits,
  releases: Releases,
  chosen: Iterable<number>,
): readonly HolderShare[] {
  const { order, ends } = releases;
  // Waits that span the whole gap before release i are counted in steps: +1 where they begin, −1 behind their end.
  const spanning = new Int32Array(order.length + 1);
  const nanos = new Float64Array(order.length);
  for (const w of chosen) {
    const lowest = releases.firstOf[w] ?? 0;
    const last = releases.positionOf[w] ?? 0;
    const first = lowest + firstAbove(ends.subarray(lowest, last), matched.start[w] ?? 0);
    nanos[first] = (nanos[first] ?? 0) + (ends[first] ?? 0) - (matched.start[w] ?? 0);
    spanning[first + 1] = (spanning[first + 1] ?? 0) + 1;
    spanning[last + 1] = (spanning[last + 1] ?? 0) - 1;
  }
  let open = 0;
  for (let i = 1; i < order.length; i += 1) {
    open += spanning[i] ?? 0;
    if (open > 0) nanos[i] = (nanos[i] ?? 0) + open * ((ends[i] ?? 0) - (ends[i - 1] ?? 0));
  }
  return ranked(waits, order, nanos);
}

function ranked(waits: WaitColumns, order: Uint32Array, nanos: Float64Array): readonly HolderShare[] {
  const perSite = new Float64Array(waits.sites.length + 1);
  order.forEach((w, i) => {
    const site = Math.min(waits.holderSites[w] ?? waits.sites.length, waits.sites.length);
    perSite[site] = (perSite[site] ?? 0) + (nanos[i] ?? 0);
  });
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
