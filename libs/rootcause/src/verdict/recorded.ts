/**
 * Channel waits and running, weighed over the requests whose goroutine's states are known from begin to end: those that lie in
 * a dump of the flight recorder. Everybody else's states are unknown, not zero.
 *
 *     dump              ├───── complete ─────┤
 *     requests    ├──✗──┤ ├─✓─┤  ├──✓──┤  ├─✗──┤
 */
import type { Account, AccountedWindow } from '../accounting/account.ts';
import type { Cohort } from '../accounting/cohort.ts';
import { usualOf, usualPerRoute } from '../accounting/medians.ts';
import { positionsWhere } from '../accounting/share.ts';
import type { SlowSet } from '../accounting/share.ts';
import { slowAt } from '../accounting/slow-set.ts';
import { tailsOf } from '../accounting/tail.ts';
import { traceIndex } from '../accounting/trace-index.ts';
import type { Findings } from '../evidence.ts';
import { gather } from '../statistics/gather.ts';
import type { Rng } from '../statistics/rng.ts';
import { spentOn, told } from './time-causes.ts';
import type { WeighedTime } from './time-causes.ts';
import { doseOf, weigh } from './weigh.ts';
import type { Ground } from './weigh.ts';

/** As many as the gates ask of the window: slow requests, and of a baseline. */
export const MIN_RECORDED_SLOW = 30;
const MIN_RECORDED_BASELINE = 100;

export interface RecordedGround {
  readonly ground: Ground;
  /** positions of its requests in the windows */
  readonly at: Uint32Array;
  readonly before: Uint32Array;
  readonly hasBaseline: boolean;
}

/** Undefined where too few slow requests lie in dumps. */
export function recordedGround(account: Account, whole: Ground, seen: Seen): RecordedGround | undefined {
  const at = insideDumps(account.spike, seen.spike);
  const spike = part(whole.spike, at);
  const slowOnes = positionsWhere(spike.count, (r) => whole.slow.is[at[r] ?? 0] === 1);
  if (slowOnes.length < MIN_RECORDED_SLOW) return undefined;
  const recordedBefore = insideDumps(account.baseline, seen.baseline);
  const hasBaseline = recordedBefore.length >= MIN_RECORDED_BASELINE;
  const before = hasBaseline ? recordedBefore : Uint32Array.from({ length: whole.baseline.count }, (_, r) => r);
  const baseline = part(whole.baseline, before);
  const usual = usualPerRoute(spike, usualOf(whole.baseline, whole.baseline.duration));
  const slow: SlowSet = slowAt(spike, slowOnes, usual, seen.rng);
  const ground = {
    spike,
    baseline,
    slow,
    tails: tailsOf(spike, baseline, slow),
    dose: doseOf(spike),
    scratch: whole.scratch,
  };
  return { ground, at, before, hasBaseline };
}

export interface Seen {
  readonly spike: Findings;
  readonly baseline: Findings;
  readonly rng: Rng;
}

export function weighRecorded(account: Account, recorded: RecordedGround, cause: number): WeighedTime {
  const { ground, at, before, hasBaseline } = recorded;
  const spent = spentOn(account, cause);
  const weight = weigh(ground, {
    wait: gather(spent.wait, at),
    before: hasBaseline ? gather(spent.before, before) : new Float64Array(before.length),
    ...(!hasBaseline && { usual: usualOf(ground.baseline, ground.baseline.duration) }),
  });
  return told(account, ground, cause, { weight, basis: 'recorded', hasBaseline });
}

function insideDumps({ cohort, processes }: AccountedWindow, { recorded }: Findings): Uint32Array {
  const dumps = recorded.map(({ process, window }) => ({
    process,
    from: Number(window.fromUnixNanos - cohort.origin),
    to: Number(window.toUnixNanos - cohort.origin),
  }));
  return positionsWhere(cohort.count, (r) => {
    const begin = cohort.start[r] ?? 0;
    const end = begin + (cohort.duration[r] ?? 0);
    const process = processes?.[r] ?? 0;
    return dumps.some((dump) => dump.process === process && dump.from <= begin && end <= dump.to);
  });
}

/** The requests at `at` alone. */
function part(cohort: Cohort, at: Uint32Array): Cohort {
  if (at.length === cohort.count) return cohort;
  const duration = gather(cohort.duration, at);
  const traceIds = Array.from(at, (r) => cohort.traceIds[r] ?? '');
  return {
    count: at.length,
    origin: cohort.origin,
    start: gather(cohort.start, at),
    duration,
    traceIds,
    routeNames: cohort.routeNames,
    route: Uint32Array.from(at, (r) => cohort.route[r] ?? 0),
    platforms: Array.from(at, (r) => cohort.platforms[r] ?? ''),
    traces: traceIndex(traceIds, at.length),
    sortedDuration: duration.slice().sort(),
  };
}
