/**
 * From the evidence of both windows to one table of waits each. Only waits bound `exact` count: the request's own
 * goroutine stood still for them, so they are on its critical path. A wait of a goroutine that the request started
 * (`inherited`) may have run beside it: such waits are summed apart, inside the request's span, and blame nobody.
 */
import type { WaitColumns } from '../evidence.ts';
import type { Cohort } from './cohort.ts';
import { matchWaits } from './match.ts';
import type { MatchedWaits } from './match.ts';
import { groupByLock } from './same-lock.ts';
import type { LockGroups } from './same-lock.ts';
import { isLock, numberSites } from './sites.ts';
import type { WaitingSite } from './sites.ts';
import { waitTable } from './wait-table.ts';
import type { WaitTable } from './wait-table.ts';

export interface WindowWaits {
  readonly cohort: Cohort;
  readonly waits: WaitColumns;
}

export interface AccountedWindow extends WindowWaits {
  readonly matched: MatchedWaits;
  /** per wait: its candidate; −1 where it is not exact */
  readonly candidateOfWait: Int32Array;
  readonly table: WaitTable;
  /** exact waits on locks of any candidate, united: one candidate, number 0 */
  readonly anyLock: WaitTable;
}

export interface Account {
  readonly spike: AccountedWindow;
  readonly baseline: AccountedWindow;
  readonly sites: readonly WaitingSite[];
  readonly groups: LockGroups;
  /** the spike's inherited waits, per candidate */
  readonly inherited: WaitTable;
}

export function account(spike: WindowWaits, baseline: WindowWaits, isSlow: Uint8Array): Account {
  const numbered = numberSites([spike.waits, baseline.waits]);
  const [siteOfSpike = none, siteOfBaseline = none] = numbered.ofWait;
  const matched = matchWaits(spike.cohort, spike.waits);
  const groups = groupByLock({
    sites: numbered.sites,
    site: siteOfSpike,
    lockAddresses: spike.waits.lockAddresses,
    nanos: countedNanos(spike, matched, isSlow),
  });
  const candidates = groups.members.length;
  const candidateOf = (site: number): number => groups.candidateOf[site] ?? -1;
  const lockOf = (site: number): number => (isLock(numbered.sites[site]?.lockKind ?? 'other') ? 0 : -1);
  const inWindow = (window: WindowWaits, of: MatchedWaits, sites: Uint32Array): AccountedWindow => {
    const candidateOfWait = bound(window.waits, 'exact', sites, candidateOf);
    const locks = bound(window.waits, 'exact', sites, lockOf);
    const table = waitTable(window.cohort, of, candidateOfWait, candidates);
    return { ...window, matched: of, candidateOfWait, table, anyLock: waitTable(window.cohort, of, locks, 1) };
  };
  const inherited = bound(spike.waits, 'inherited', siteOfSpike, candidateOf);
  return {
    spike: inWindow(spike, matched, siteOfSpike),
    baseline: inWindow(baseline, matchWaits(baseline.cohort, baseline.waits), siteOfBaseline),
    sites: numbered.sites,
    groups,
    inherited: waitTable(spike.cohort, matched, inherited, candidates),
  };
}

const none = new Uint32Array();

/** Per wait: the number its site maps to, or −1 where it is bound otherwise. */
const bound = (
  waits: WaitColumns,
  binding: WaitColumns['bindings'][number],
  sites: Uint32Array,
  number: (site: number) => number,
): Int32Array =>
  Int32Array.from({ length: sites.length }, (_, w) => (waits.bindings[w] === binding ? number(sites[w] ?? 0) : -1));

/** Length inside the request of the exact waits of slow requests; 0 for all others. */
function countedNanos(window: WindowWaits, matched: MatchedWaits, isSlow: Uint8Array): Float64Array {
  return Float64Array.from({ length: window.waits.count }, (_, w) => {
    const r = matched.request[w] ?? -1;
    const counts = r >= 0 && isSlow[r] === 1 && window.waits.bindings[w] === 'exact';
    return counts ? Math.max(0, (matched.to[w] ?? 0) - (matched.from[w] ?? 0)) : 0;
  });
}
