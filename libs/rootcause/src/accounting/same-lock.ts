/**
 * One lock taken at several lines (Get, Put, Delete) is one cause, not three weak ones.
 * Two sites are joined when both spent at least half of their slow-request wait on the same lock address. Sites that
 * spread over many locks (shards, one lock per connection) have no such address and stay apart. The site that waited
 * most gives the candidate its name.
 */
import { isKnownLock } from './locks.ts';
import type { NumberedLocks } from './locks.ts';
import { isLock } from './sites.ts';
import type { WaitingSite } from './sites.ts';

export interface LockGroups {
  /** per site number: number of its candidate */
  readonly candidateOf: Uint32Array;
  /** per candidate: its site numbers, most waited first */
  readonly members: readonly (readonly number[])[];
}

/** Per wait that counts: which site, which lock, how long. */
export interface CountedWaits {
  readonly sites: readonly WaitingSite[];
  readonly site: Uint32Array;
  readonly locks: NumberedLocks;
  /** 0 where the wait does not count */
  readonly nanos: Float64Array;
}

export function groupByLock(waits: CountedWaits): LockGroups {
  const perLock = waits.sites.map(() => new Map<number, number>());
  const total = new Float64Array(waits.sites.length);
  for (let w = 0; w < waits.nanos.length; w += 1) {
    const nanos = waits.nanos[w] ?? 0;
    if (nanos <= 0) continue;
    const site = waits.site[w] ?? 0;
    const lock = waits.locks.ofWait[w] ?? 0;
    total[site] = (total[site] ?? 0) + nanos;
    perLock[site]?.set(lock, (perLock[site].get(lock) ?? 0) + nanos);
  }
  const keys = waits.sites.map((site, number) =>
    isLock(site.lockKind) ? mainLock(perLock[number] ?? new Map(), total[number] ?? 0, waits.locks) : undefined,
  );
  return grouped(keys, total);
}

function mainLock(
  nanosByLock: ReadonlyMap<number, number>,
  total: number,
  { addresses }: NumberedLocks,
): number | undefined {
  for (const [lock, nanos] of nanosByLock) if (nanos * 2 > total && isKnownLock(addresses[lock] ?? '')) return lock;
  return undefined;
}

function grouped(keys: readonly (number | undefined)[], total: Float64Array): LockGroups {
  const groups = new Map<string, number[]>();
  keys.forEach((key, site) => {
    const name = key === undefined ? `alone ${site}` : String(key);
    groups.set(name, [...(groups.get(name) ?? []), site]);
  });
  const members = [...groups.values()].map((sites) => sites.sort((a, b) => (total[b] ?? 0) - (total[a] ?? 0)));
  const candidateOf = new Uint32Array(keys.length);
  members.forEach((sites, candidate) => {
    for (const site of sites) candidateOf[site] = candidate;
  });
  return { candidateOf, members };
}
