/**
 * All numbers of one candidate. At most 20 candidates are weighed, those that slow requests waited on longest; the
 * others count as tests in the adjustment of p values and are named by their number.
 */
import type { Candidate, Estimate } from '../answer.ts';
import type { Cohort } from '../accounting/cohort.ts';
import { usualFor } from '../accounting/medians.ts';
import { explainedShare, risenShare } from '../accounting/share.ts';
import type { SlowSet } from '../accounting/share.ts';
import { dense } from '../accounting/wait-table.ts';
import type { WaitTable } from '../accounting/wait-table.ts';
import { ratio, sumOf } from '../statistics/bootstrap.ts';
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
  /** ranks of the spike's durations, shared by all candidates */
  readonly durationRanks: Float64Array;
}

/** The numbers of a candidate that its waits alone give; who and where is added by judge.ts. */
export interface Weight {
  readonly explained: Estimate;
  /** see accounting/share.ts: `explained` without the effect of choosing slow requests */
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
  const usual = usualFor(spike.cohort, baseline.cohort, waitBefore);
  const usualBefore = usualFor(baseline.cohort, baseline.cohort, waitBefore);
  const waited = Uint8Array.from(wait, (nanos, r) => (nanos > (usual[r] ?? 0) ? 1 : 0));
  const k1 = slow.at.reduce((sum, r) => sum + (waited[r] ?? 0), 0);
  const k0 = waitBefore.reduce((sum, nanos, r) => sum + (nanos > (usualBefore[r] ?? 0) ? 1 : 0), 0);
  return {
    explained: explainedShare(slow, wait, usual, rng),
    risen: risenShare({ cohort: spike.cohort, wait, slow }, { cohort: baseline.cohort, wait: waitBefore }),
    prevalence: newcombe(k1, slow.at.length, k0, baseline.cohort.count),
    pValue: gTest(k1, slow.at.length, k0, baseline.cohort.count).pValue,
    contentionRatio: ratio(sumOf(wait), sumOf(spike.cohort.duration)),
    contentionRatioBaseline: ratio(sumOf(waitBefore), sumOf(baseline.cohort.duration)),
    doseResponse: pearson(ranks(wait), ground.durationRanks),
    p99WithoutNanos: p99Without(spike.cohort, wait),
    baselineP99WithoutNanos: p99Without(baseline.cohort, waitBefore),
    waited,
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
