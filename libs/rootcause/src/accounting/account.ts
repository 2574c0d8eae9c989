/**
 * From the evidence of both windows to one table of time each: request × cause → nanoseconds, none counted twice. Only
 * what is on a request's critical path counts: what its own goroutine stood still for, and the goroutine that it waited for
 * (critical-path.ts). What others did that the request started may have run beside it: such waits are summed apart and blame
 * nobody.
 */
import type { RequestColumns, SpanAttributes, StretchColumns, WaitColumns } from '../evidence.ts';
import { carve } from './carve.ts';
import type { TimeTable } from './carve.ts';
import { numberCauses } from './causes.ts';
import type { Causes } from './causes.ts';
import type { Cohort } from './cohort.ts';
import { criticalPath } from './critical-path.ts';
import type { CriticalPath } from './critical-path.ts';
import { numberLocks } from './locks.ts';
import type { NumberedLocks } from './locks.ts';
import { match, matchWaits } from './match.ts';
import type { Matched } from './match.ts';
import { PieceList } from './pieces.ts';
import { groupByLock } from './same-lock.ts';
import type { LockGroups } from './same-lock.ts';
import { numberSites } from './sites.ts';
import type { WaitingSite } from './sites.ts';
import { addStops } from './stops.ts';
import type { StopColumns } from '../evidence.ts';

/** Everything that is known of where a window's requests spent their time. */
export interface WindowTimes {
  readonly cohort: Cohort;
  readonly waits: WaitColumns;
  readonly stretches: StretchColumns;
  readonly stops: StopColumns;
  readonly processes: RequestColumns['processes'];
  readonly goids?: RequestColumns['goids'];
  readonly attributes?: SpanAttributes | undefined;
}

export interface AccountedWindow extends WindowTimes {
  readonly matched: Matched;
  /** per wait: its cause; −1 where it is not on the critical path */
  readonly causeOfWait: Int32Array;
  readonly table: TimeTable;
  /** times the scheduler, the collector and each other cause was met; per cause */
  readonly events: Uint32Array;
  readonly stopsLeftOut: number;
}

export interface Account {
  readonly spike: AccountedWindow;
  readonly baseline: AccountedWindow;
  readonly sites: readonly WaitingSite[];
  readonly groups: LockGroups;
  readonly causes: Causes;
  /** of the spike's waits; a lock has the same number in both */
  readonly locks: NumberedLocks;
  readonly locksBefore: NumberedLocks;
  /** the spike's inherited waits, per lock group */
  readonly inherited: TimeTable;
}

export function account(spike: WindowTimes, baseline: WindowTimes, isSlow: Uint8Array): Account {
  const numbered = numberSites([spike.waits, baseline.waits]);
  const [siteOfSpike = none, siteOfBaseline = none] = numbered.ofWait;
  const path = pathOf(spike);
  const locksBefore = numberLocks(baseline.waits.lockAddresses, baseline.waits.count);
  const locks = numberLocks(spike.waits.lockAddresses, spike.waits.count, locksBefore);
  const nanos = countedNanos(path, isSlow);
  const groups = groupByLock({ sites: numbered.sites, site: siteOfSpike, locks, nanos });
  const causes = numberCauses(groups.members.length, [spike.stretches, baseline.stretches]);
  const causeOfSite = Int32Array.from(numbered.sites, ({ lockKind }, site) =>
    lockKind === 'gc' ? causes.collector : (groups.candidateOf[site] ?? -1),
  );
  const [ofSpike = none, ofBaseline = none] = causes.ofStretch;
  const ofSite = { causes, causeOfSite };
  return {
    spike: accountWindow(spike, path, { ...ofSite, siteOfWait: siteOfSpike, causeOfStretch: ofSpike }),
    baseline: accountWindow(baseline, pathOf(baseline), {
      ...ofSite,
      siteOfWait: siteOfBaseline,
      causeOfStretch: ofBaseline,
    }),
    sites: numbered.sites,
    groups,
    causes,
    locks,
    locksBefore,
    inherited: inheritedTable(spike, path, { ...ofSite, siteOfWait: siteOfSpike, causeOfStretch: none }),
  };
}

const none = new Uint32Array();

const pathOf = ({ cohort, waits }: WindowTimes): CriticalPath => criticalPath(waits, matchWaits(cohort, waits));

interface Numbers {
  readonly causes: Causes;
  readonly causeOfSite: Int32Array;
  readonly siteOfWait: Uint32Array;
  readonly causeOfStretch: Uint32Array;
}

function accountWindow(window: WindowTimes, path: CriticalPath, numbers: Numbers): AccountedWindow {
  const { matched } = path;
  const pieces = new PieceList(window.waits.count + window.stretches.count);
  const causeOfWait = addWaits(pieces, window, path, numbers);
  addDelays(pieces, window, path, numbers.causes.scheduler);
  addStretches(pieces, window, numbers.causeOfStretch);
  const stopsLeftOut = addStops(pieces, window, numbers.causes.collector);
  const events = new Uint32Array(numbers.causes.all.length);
  for (let i = 0; i < pieces.count; i += 1) events[pieces.cause[i] ?? 0] = (events[pieces.cause[i] ?? 0] ?? 0) + 1;
  const table = carve(pieces, window.cohort.count, numbers.causes.ranks);
  return { ...window, matched, causeOfWait, table, events, stopsLeftOut };
}

/** Returns the cause of each wait that counts, −1 of the others. */
function addWaits(pieces: PieceList, { waits }: WindowTimes, path: CriticalPath, numbers: Numbers): Int32Array {
  const { request, from, to } = path.matched;
  const causeOfWait = new Int32Array(waits.count).fill(-1);
  // Of equals the one added last gets the time: so waits of the goroutine waited for come behind the wait for it.
  for (const own of [1, 2])
    for (let w = 0; w < waits.count; w += 1) {
      if (path.counts[w] !== own) continue;
      const cause = numbers.causeOfSite[numbers.siteOfWait[w] ?? 0] ?? 0;
      causeOfWait[w] = cause;
      const r = request[w] ?? -1;
      if (r >= 0) pieces.add(r, cause, from[w] ?? 0, to[w] ?? 0);
    }
  return causeOfWait;
}

/** Shorter is the way from one run queue to a CPU that is free: not worth an entry. */
const MIN_DELAY_NANOS = 1000;
/** 104 days; longer is damage */
const MAX_DELAY_NANOS = 2 ** 53;

/** The request had its lock and waited for a CPU: from the end of a wait on. */
function addDelays(pieces: PieceList, { cohort, waits }: WindowTimes, path: CriticalPath, cause: number): void {
  const { request, end } = path.matched;
  for (let w = 0; w < waits.count; w += 1) {
    const delay = waits.schedNanos[w] ?? 0;
    const r = request[w] ?? -1;
    if (!(delay >= MIN_DELAY_NANOS && delay < MAX_DELAY_NANOS) || r < 0 || path.counts[w] !== 1) continue;
    const from = end[w] ?? 0;
    const to = Math.min(from + delay, (cohort.start[r] ?? 0) + (cohort.duration[r] ?? 0));
    if (to > from) pieces.add(r, cause, from, to);
  }
}

function addStretches(pieces: PieceList, { cohort, stretches }: WindowTimes, causeOfStretch: Uint32Array): void {
  const { request, from, to } = match(cohort, { ...stretches, lengthNanos: stretches.durationNanos });
  for (let i = 0; i < stretches.count; i += 1) {
    const r = request[i] ?? -1;
    if (r >= 0 && stretches.exact[i] === 1) pieces.add(r, causeOfStretch[i] ?? 0, from[i] ?? 0, to[i] ?? 0);
  }
}

function inheritedTable(window: WindowTimes, { matched, counts }: CriticalPath, numbers: Numbers): TimeTable {
  const { waits } = window;
  const { request, from, to } = matched;
  const pieces = new PieceList(0);
  for (let w = 0; w < waits.count; w += 1) {
    const r = request[w] ?? -1;
    if (r < 0 || counts[w] !== 0) continue;
    pieces.add(r, numbers.causeOfSite[numbers.siteOfWait[w] ?? 0] ?? 0, from[w] ?? 0, to[w] ?? 0);
  }
  return carve(pieces, window.cohort.count, numbers.causes.ranks);
}

/** Length inside the request of the waits of slow requests that count; 0 for all others. */
function countedNanos({ matched, counts }: CriticalPath, isSlow: Uint8Array): Float64Array {
  const nanos = new Float64Array(counts.length);
  for (let w = 0; w < nanos.length; w += 1) {
    const r = matched.request[w] ?? -1;
    if (r >= 0 && isSlow[r] === 1 && counts[w] !== 0)
      nanos[w] = Math.max(0, (matched.to[w] ?? 0) - (matched.from[w] ?? 0));
  }
  return nanos;
}
