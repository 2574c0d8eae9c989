/**
 * When is something the cause? Blaming the innocent is the worst answer, so the bar is high and every part must be stated.
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
 *   guilty  =  share, and at least two of the other four, and
 *     a lock      it is one (not a WaitGroup or unknown)
 *     cpu (rest)  goroutines had to wait for a CPU (starvation.ts): what is left of a request may be a socket as well
 *
 * `share` accounts for time, the others for who waits, for the tail, for the whole window and for the order of requests:
 * so three independent facts stand behind each blame. The counterfactual is one of four and not a must: where two locks
 * make different requests slow, mending one of them alone does not lower p99. Where a baseline is missing (dumps of goroutines)
 * prevalence and ratio do not hold.
 */
import { isLock } from '../accounting/sites.ts';
import type { Weighing } from '../answer.ts';
import type { WeighedCandidate } from './candidates.ts';
import { MIN_SHARDS } from './lock-spread.ts';
import type { WeighedTime } from './time-causes.ts';
import type { Unpublished } from './weigh.ts';

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
  /** a second cause beside the blamed one: worth a word from a tenth of the extra latency on */
  contributes: 0.1,
  /** of the waits on an RWMutex, the part behind a pending writer */
  writerPending: 0.5,
  /** lower bound of the hottest lock's part of the waits, where an even spread over four would be 0.25 */
  hottest: 2 / MIN_SHARDS,
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

export type Weighty = Weighing & Unpublished;

export function factsOf(weighed: Weighty, rise: Rise, threshold: number, hasBaseline = true): Facts {
  const riseNanos = rise.p99Nanos - rise.baselineP99Nanos;
  const riseWithout = weighed.p99WithoutNanos - weighed.baselineP99WithoutNanos;
  return {
    share:
      weighed.explained.value >= RULES.explained &&
      weighed.explained.low >= RULES.explainedLow &&
      weighed.risen >= RULES.risen,
    prevalence: hasBaseline && prevails(weighed),
    counterfactual: riseNanos > 0 && riseWithout <= riseNanos * RULES.riseGone,
    ratio:
      hasBaseline &&
      weighed.contentionRatio >= threshold &&
      weighed.contentionRatio >= RULES.ratioOverBaseline * weighed.contentionRatioBaseline,
    dose: weighed.doseResponse > RULES.dose,
  };
}

const prevails = ({ prevalence, pValue }: Weighty): boolean => prevalence.low > 0 && pValue < RULES.pValue;

/** How many of the four facts beside `share` hold. */
export const supportOf = (facts: Facts): number =>
  [facts.prevalence, facts.counterfactual, facts.ratio, facts.dose].filter(Boolean).length;

const proven = (facts: Facts): boolean => facts.share && supportOf(facts) >= RULES.factsBesideShare;

export const isGuilty = (candidate: WeighedCandidate, facts: Facts): boolean =>
  isLock(candidate.lockKind) && proven(facts);

export const isGuiltyTime = (time: WeighedTime, facts: Facts, isStarved: boolean): boolean =>
  proven(facts) && (time.basis !== 'rest' || isStarved);

/** Not the cause, but part of it: a lesser share that is as surely new. */
export const contributes = (weighed: Weighty): boolean =>
  weighed.explained.low >= RULES.contributes && weighed.risen >= RULES.contributes && prevails(weighed);

/** Which kind of contention a guilty lock is. */
export function lockVerdict(lock: WeighedCandidate): 'contention' | 'rw-writer-pending' | 'hot-shard' {
  const isRw = lock.lockKind === 'rwmutex_read' || lock.lockKind === 'rwmutex_write';
  if (isRw && (lock.writerPending ?? 0) >= RULES.writerPending) return 'rw-writer-pending';
  const { spread } = lock;
  const isHot = spread !== undefined && spread.pValue < RULES.pValue && spread.hottestShare.low >= RULES.hottest;
  return isHot ? 'hot-shard' : 'contention';
}
