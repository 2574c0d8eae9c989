/**
 * All numbers of one cause, whatever kind of time it is. At most 20 locks and 20 other causes are weighed, those that slow
 * requests spent longest on; the others count as tests in the adjustment of p values and are named by their number.
 */
import type { Weighing } from '../answer.ts';
import type { Cohort } from '../accounting/cohort.ts';
import { usualOf } from '../accounting/medians.ts';
import type { Usual } from '../accounting/medians.ts';
import { explainedShare, extraWait } from '../accounting/share.ts';
import type { SlowSet } from '../accounting/share.ts';
import { risenShare } from '../accounting/tail.ts';
import type { Tails } from '../accounting/tail.ts';
import { ratio, sumOf } from '../statistics/bootstrap.ts';
import { stableCut } from '../statistics/cut.ts';
import { gather } from '../statistics/gather.ts';
import { gTest } from '../statistics/g-test.ts';
import { newcombe } from '../statistics/proportions.ts';
import { quantileOf } from '../statistics/quantile.ts';
import { pearson, ranks } from '../statistics/spearman.ts';

export const MAX_CANDIDATES = 20;

/** What causes are weighed against. */
export interface Ground {
  readonly spike: Cohort;
  readonly baseline: Cohort;
  readonly slow: SlowSet;
  readonly tails: Tails;
  readonly dose: Dose;
  /** a number per request, reused by every cause */
  readonly scratch: Float64Array;
}

/** Requests whose order by duration is compared with their order by wait: at most 20 000, by stable cut; 1/√n is then 0.007. */
export interface Dose {
  readonly at: Uint32Array;
  readonly durationRanks: Float64Array;
}

const MAX_DOSE_POINTS = 20_000;

export function doseOf(cohort: Cohort): Dose {
  const all = Uint32Array.from({ length: cohort.count }, (_, r) => r);
  const chosen = stableCut(all, cohort.traces.hashes, MAX_DOSE_POINTS);
  return { at: chosen, durationRanks: ranks(gather(cohort.duration, chosen)) };
}

/** The numbers of a cause that its time alone gives; who and where is added by others. */
export interface Weight extends Omit<Weighing, 'exemplarTraceIds'> {
  /** see accounting/tail.ts: `explained` without the effects of choosing slow requests and of a change of traffic */
  readonly risen: number;
  /** the baseline's p99 of (duration − wait): the counterfactual must fall towards this, not towards the plain p99 */
  readonly baselineP99WithoutNanos: number;
  /** spike requests that waited longer than usual, per request 0 or 1 */
  readonly waited: Uint8Array;
  readonly waitNanos: Float64Array;
}

/** Nanoseconds per request of the spike, and of the baseline. `usual`: what to take for usual where the baseline cannot say. */
export interface Spent {
  readonly wait: Float64Array;
  readonly before: Float64Array;
  readonly usual?: Usual | undefined;
}

export function weigh(ground: Ground, { wait, before, usual = usualOf(ground.baseline, before) }: Spent): Weight {
  const { spike, baseline, slow } = ground;
  // One array for all steps: a judge of many causes would else spend its time on memory.
  const { scratch } = ground;
  const extra = extraWait(spike, wait, usual, scratch);
  const waited = positive(extra, spike.count);
  const explained = explainedShare(slow, extra);
  const k1 = countAt(waited, slow.at);
  const k0 = countPositive(extraWait(baseline, before, usual, scratch), baseline.count);
  return {
    explained,
    risen: risenShare(ground.tails, { cohort: spike, wait, slow }, before),
    prevalence: newcombe(k1, slow.at.length, k0, baseline.count),
    pValue: gTest(k1, slow.at.length, k0, baseline.count).pValue,
    contentionRatio: ratio(sumOf(wait), sumOf(spike.duration)),
    contentionRatioBaseline: ratio(sumOf(before), sumOf(baseline.duration)),
    doseResponse: pearson(ranks(gather(wait, ground.dose.at)), ground.dose.durationRanks),
    p99WithoutNanos: p99Without(spike, wait, scratch),
    baselineP99WithoutNanos: p99Without(baseline, before, scratch),
    waited,
    waitNanos: wait,
  };
}

function positive(values: Float64Array, count: number): Uint8Array {
  const found = new Uint8Array(count);
  for (let i = 0; i < found.length; i += 1) if ((values[i] ?? 0) > 0) found[i] = 1;
  return found;
}

function countAt(flags: Uint8Array, positions: Uint32Array): number {
  let n = 0;
  for (let i = 0; i < positions.length; i += 1) n += flags[positions[i] ?? 0] ?? 0;
  return n;
}

function countPositive(values: Float64Array, count: number): number {
  let n = 0;
  for (let i = 0; i < count; i += 1) if ((values[i] ?? 0) > 0) n += 1;
  return n;
}

/** The counterfactual: every request as it was, without this wait. `scratch` is at least as long as the cohort. */
function p99Without(cohort: Cohort, wait: Float64Array, scratch: Float64Array): number {
  for (let r = 0; r < cohort.count; r += 1) scratch[r] = (cohort.duration[r] ?? 0) - (wait[r] ?? 0);
  return quantileOf(scratch.subarray(0, cohort.count), 0.99);
}

const MAX_EXEMPLARS = 5;

/** Slow requests that spent longest on it. */
export function exemplars(cohort: Cohort, slow: SlowSet, wait: Float64Array): readonly string[] {
  const longest: number[] = [];
  const nanosOf = (r: number | undefined): number => (r === undefined ? 0 : (wait[r] ?? 0));
  for (const r of slow.at) {
    const isAmong = longest.length < MAX_EXEMPLARS ? nanosOf(r) > 0 : nanosOf(r) > nanosOf(longest.at(-1));
    if (!isAmong) continue;
    longest.push(r);
    longest.sort((a, b) => nanosOf(b) - nanosOf(a));
    longest.length = Math.min(longest.length, MAX_EXEMPLARS);
  }
  return longest.map((r) => cohort.traceIds[r] ?? '');
}

/** What judging needs of a weight and the answer does not tell. */
export type Unpublished = Pick<Weight, 'risen' | 'baselineP99WithoutNanos' | 'waited' | 'waitNanos'>;

export function published<T extends Unpublished>(weighed: T): Omit<T, keyof Unpublished> {
  const { risen: _risen, baselineP99WithoutNanos: _before, waited: _waited, waitNanos: _nanos, ...told } = weighed;
  return told;
}
