/**
 * One word for how far to trust the verdict.
 *
 *                    high                                        medium
 *   a blame          all four facts beside share, lower bound    three facts, ≥ 95 % of events
 *                    of share ≥ 0.5, ≥ 100 slow, ≥ 99 % events
 *   cpu (rest)       never: sockets and channels are in it       as above
 *   map-conflict     ≥ 100 slow, ≥ 99 % of events, both lines    ≥ 95 % of events
 *   unexplained      all locks together ≤ 0.3 with their upper   ≤ 0.5 with their upper bound, ≥ 95 % of events
 *                    bound, ≥ 100 slow, ≥ 99 % of events
 *   too little       never                                       never
 *
 * Where requests were watched for less than half of the window or of the baseline, it is medium at most: what lasts longer than
 * one window of the probes may be missing.
 */
import type { AnswerCoverage, Estimate, RootCause } from '../answer.ts';
import { isMostlyWatched } from '../watched.ts';
import { keptShare } from './gates.ts';

export type Confidence = RootCause['confidence'];

const MANY_SLOW = 100;
const NEARLY_ALL = 0.99;
const MOST = 0.95;

const isWhole = (coverage: AnswerCoverage): boolean =>
  (keptShare(coverage) ?? 0) >= NEARLY_ALL &&
  isMostlyWatched(coverage.watched) &&
  isMostlyWatched(coverage.baselineWatched);

export function confidenceInBlame(
  explained: Estimate,
  support: number,
  slowRequests: number,
  coverage: AnswerCoverage,
): Confidence {
  const kept = keptShare(coverage) ?? 0;
  if (support === 4 && explained.low >= 0.5 && slowRequests >= MANY_SLOW && isWhole(coverage)) return 'high';
  return support >= 3 && kept >= MOST ? 'medium' : 'low';
}

export function confidenceInCrash(hasLines: boolean, slowRequests: number, coverage: AnswerCoverage): Confidence {
  const kept = keptShare(coverage) ?? 0;
  if (hasLines && slowRequests >= MANY_SLOW && isWhole(coverage)) return 'high';
  return kept >= MOST ? 'medium' : 'low';
}

export const atMostMedium = (confidence: Confidence): Confidence => (confidence === 'high' ? 'medium' : confidence);

export function confidenceInNoLock(allLocks: Estimate, slowRequests: number, coverage: AnswerCoverage): Confidence {
  const kept = keptShare(coverage) ?? 0;
  if (allLocks.high <= 0.3 && slowRequests >= MANY_SLOW && isWhole(coverage)) return 'high';
  return allLocks.high <= 0.5 && kept >= MOST ? 'medium' : 'low';
}
