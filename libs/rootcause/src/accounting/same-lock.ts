/**
 * One lock taken at several lines (Get, Put, Delete) is one cause, not three weak ones.
 * Two sites are joined when both spent at least half of their slow-request wait on the same lock address. Sites that
 * spread over many locks (shards, one lock per connection) have no such address and stay apart. The site that waited
 * most gives the candidate its name.
 */
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
  readonly lockAddresses: readonly string[];
  /** 0 where the wait does not count */
  readonly nanos: Float64Array;
}

export function groupByLock(waits: CountedWaits): LockGroups {
  const perLock = waits.sites.map(() => new Map<string, number>());
  const total = new Float64Array(waits.sites.length);
  for (let w = 0; w < waits.nanos.length; w += 1) {
    const nanos = waits.nanos[w] ?? 0;
    if (nanos <= 0) continue;
    const site = waits.site[w] ?? 0;
    const address = waits.lockAddresses[w] ?? '';
    total[site] = (total[site] ?? 0) + nanos;
    perLock[site]?.set(address, (perLock[site].get(address) ?? 0) + nanos);
  }
  const keys = waits.sites.map((site, number) =>
    isLock(site.lockKind) ? mainLock(perLock[number] ?? new Map(), total[number] ?? 0) : undefined,
  );
  return grouped(keys, total);
}

/** Unknown locks are not one lock. */
const NO_ADDRESS = /^(?:0x)?0*$/;

function mainLock(nanosByLock: ReadonlyMap<string, number>, total: number): string | undefined {
  for (const [address, nanos] of nanosByLock) if (nanos * 2 > total && !NO_ADDRESS.test(address)) return address;
  return undefined;
}

function grouped(keys: readonly (string | undefined)[], total: Float64Array): LockGroups {
  const groups = new Map<string, number[]>();
  keys.forEach((key, site) => {
    const name = key ?? `alone ${site}`;
    groups.set(name, [...(groups.get(name) ?? []), site]);
  });
  const members = [...groups.values()].map((sites) => sites.sort((a, b) => (total[b] ?? 0) - (total[a] ?? 0)));
  const candidateOf = new Uint32Array(keys.length);
  members.forEach((sites, candidate) => {
    for (const site of sites) candidateOf[site] = candidate;
  });
  return { candidateOf, members };
}
