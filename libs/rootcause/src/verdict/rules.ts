/**
 * When is a lock the cause? Blaming the innocent is the worst answer, so the bar is high and every part must be stated.
 *
 *   fact            | holds when                                                            | protects against
 *   ----------------|-----------------------------------------------------------------------|---------------------------------------------
 *   share           | explained ≥ 0.5, its lower bound ≥ 0.3, and risen ≥ 0.3               | busy but cheap locks; downstream slowness;
 *                   |                                                                       | locks waited on just as long before
 *   prevalence      | Newcombe lower bound > 0 and adjusted p < 0.01                        | chance
 *   counterfactual  | without the wait at least half of the rise of p99 is gone             | waits in other requests than the slow ones
 *   ratio           | contention ratio ≥ threshold (0.15) and ≥ 1.5 × that of the baseline  | a lock that is always this busy
 *   dose            | Spearman of wait and duration > 0.3                                   | waits that do not matter to the request
 *
 *   contention  =  a lock (not a WaitGroup, GC or unknown), share, and at least two of the other four
 *
 * `share` accounts for time, the others for who waits, for the tail, for the whole window and for the order of requests:
 * so three independent facts stand behind each blame. The counterfactual is one of four and not a must: where two locks
 * make different requests slow, mending one of them alone does not lower p99.
 */
import { isLock } from '../accounting/sites.ts';
import type { WeighedCandidate } from './weigh.ts';

export const DEFAULT_THRESHOLD = 0.15;
export const RULES = {
  explained: 0.5,
  explainedLow: 0.3,
  risen: 0.3,
  pValue: 0.01,
  riseGone: 0.5,
  ratioOverBaseline: 1.5,
  dose: 0.3,
  factsBesideShare: 2,
} as const;

export interface Facts {
  readonly share: boolean;
  readonly prevalence: boolean;
  readonly counterfactual: boolean;
  readonly ratio: boolean;
  readonly dose: boolean;
}

export interface Rise {
  readonly p99Nanos: number;
  readonly baselineP99Nanos: number;
}

export function factsOf(candidate: WeighedCandidate, rise: Rise, threshold: number): Facts {
  const riseNanos = rise.p99Nanos - rise.baselineP99Nanos;
  const riseWithout = candidate.p99WithoutNanos - candidate.baselineP99WithoutNanos;
  return {
    share:
      candidate.explained.value >= RULES.explained &&
      candidate.explained.low >= RULES.explainedLow &&
      candidate.risen >= RULES.risen,
    prevalence: candidate.prevalence.low > 0 && candidate.pValue < RULES.pValue,
    counterfactual: riseNanos > 0 && riseWithout <= riseNanos * RULES.riseGone,
    ratio:
      candidate.contentionRatio >= threshold &&
      candidate.contentionRatio >= RULES.ratioOverBaseline * candidate.contentionRatioBaseline,
    dose: candidate.doseResponse > RULES.dose,
  };
}

/** How many of the four facts beside `share` hold. */
export const supportOf = (facts: Facts): number =>
  [facts.prevalence, facts.counterfactual, facts.ratio, facts.dose].filter(Boolean).length;

export const isGuilty = (candidate: WeighedCandidate, facts: Facts): boolean =>
  isLock(candidate.lockKind) && facts.share && supportOf(facts) >= RULES.factsBesideShare;
