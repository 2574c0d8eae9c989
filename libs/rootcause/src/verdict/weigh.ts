/**
 * All numbers of one candidate. At most 20 candidates are weighed, those that slow requests waited on longest; the
 * others count as tests in the adjustment of p values and are named by their number.
 */
import type { Candidate, Estimate } from '../answer.ts';
import type { Cohort } from '../accounting/cohort.ts';
import { usualOf } from '../accounting/medians.ts';
import { explainedShare, extraWait } from '../accounting/share.ts';
import type { SlowSet } from '../accounting/share.ts';
import { risenShare } from '../accounting/tail.ts';
import type { Tails } from '../accounting/tail.ts';
import { dense } from '../accounting/wait-table.ts';
import type { WaitTable } from '../accounting/wait-table.ts';
import { ratio, sumOf } from '../statistics/bootstrap.ts';
import { stableCut } from '../statistics/cut.ts';
import { gTest } from '../statistics/g-test.ts';
import { newcombe } from '../statistics/proportions.ts';
import { quantile } from '../statistics/quantile.ts';
import type { Rng } from '../statistics/rng.ts';
import { pearson, ranks } from '../statistics/spearman.ts';

export const MAX_CANDIDATES = 20;

/** One window: its requests and how long each waited for each candidate. */
export interface Side {
  readonly cohort: Cohort;
  readonly table: WaitTable;
}

export interface Ground {
  readonly spike: Side;
  readonly baseline: Side;
  readonly slow: SlowSet;
  readonly tails: Tails;
  readonly dose: Dose;
}

/** Requests whose order by duration is compared with their order by wait: at most 20 000, by stable cut; 1/√n is then 0.007. */
export interface Dose {
  readonly at: Uint32Array;
  readonly durationRanks: Float64Array;
}

const MAX_DOSE_POINTS = 20_000;

export function doseOf(cohort: Cohort): Dose {
  const all = Uint32Array.from({ length: cohort.count }, (_, r) => r);
  const chosen = stableCut(all, cohort.traceIds, MAX_DOSE_POINTS);
  return { at: chosen, durationRanks: ranks(at(cohort.duration, chosen)) };
}

const at = (values: Float64Array, positions: Uint32Array): Float64Array =>
  Float64Array.from(positions, (position) => values[position] ?? 0);

/** The numbers of a candidate that its waits alone give; who and where is added by judge.ts. */
export interface Weight {
  readonly explained: Estimate;
  /** see accounting/tail.ts: `explained` without the effects of choosing slow requests and of a change of traffic */
  readonly risen: number;
  readonly prevalence: Estimate;
  readonly pValue: number;
  readonly contentionRatio: number;
  readonly contentionRatioBaseline: number;
  readonly doseResponse: number;
  readonly p99WithoutNanos: number;
  /** the baseline's p99 of (duration − wait): the counterfactual must fall towards this, not towards the plain p99 */
  readonly baselineP99WithoutNanos: number;
  /** spike requests that waited longer than usual, per request 0 or 1 */
  readonly waited: Uint8Array;
  readonly waitNanos: Float64Array;
}

export function weigh(ground: Ground, candidate: number, rng: Rng): Weight {
  const { spike, baseline, slow } = ground;
  const wait = dense(spike.table, candidate, spike.cohort.count);
  const waitBefore = dense(baseline.table, candidate, baseline.cohort.count);
  const usual = usualOf(baseline.cohort, waitBefore);
  const extra = extraWait(spike.cohort, wait, usual);
  const k1 = slow.at.reduce((sum, r) => sum + ((extra[r] ?? 0) > 0 ? 1 : 0), 0);
  const k0 = extraWait(baseline.cohort, waitBefore, usual).reduce((sum, nanos) => sum + (nanos > 0 ? 1 : 0), 0);
  return {
    explained: explainedShare(slow, extra, rng),
    risen: risenShare(ground.tails, { cohort: spike.cohort, wait, slow }, waitBefore),
    prevalence: newcombe(k1, slow.at.length, k0, baseline.cohort.count),
    pValue: gTest(k1, slow.at.length, k0, baseline.cohort.count).pValue,
    contentionRatio: ratio(sumOf(wait), sumOf(spike.cohort.duration)),
    contentionRatioBaseline: ratio(sumOf(waitBefore), sumOf(baseline.cohort.duration)),
    doseResponse: pearson(ranks(at(wait, ground.dose.at)), ground.dose.durationRanks),
    p99WithoutNanos: p99Without(spike.cohort, wait),
    baselineP99WithoutNanos: p99Without(baseline.cohort, waitBefore),
    waited: Uint8Array.from(extra, (nanos) => (nanos > 0 ? 1 : 0)),
    waitNanos: wait,
  };
}

/** The counterfactual: every request as it was, without this wait. */
export function p99Without(cohort: Cohort, wait: Float64Array): number {
  return quantile(
    cohort.duration.map((duration, r) => duration - (wait[r] ?? 0)),
    0.99,
  );
}

export type WeighedCandidate = Candidate & Pick<Weight, 'risen' | 'baselineP99WithoutNanos' | 'waited' | 'waitNanos'>;
