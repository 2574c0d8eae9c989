/**
 * The answer: a verdict, its numbers and its proof. "Not explained" is a right answer; blaming the innocent is the worst one.
 */
import type { LockKind, TimeWindow } from '@mapscope/events';
import type { CodeSite, Coverage } from './evidence.ts';

export const VERDICTS = ['contention', 'unexplained', 'too-little-evidence'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** An estimate with its 95 % interval. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface PlatformShare {
  readonly platform: string;
  readonly slowRequests: number;
  readonly requests: number;
  /** share of its requests in the spike that waited on the cause longer than usual, Wilson 95 %; without a cause, on any lock at all */
  readonly waiting: Estimate;
}

/** A lock site that was weighed, blamed or not. */
export interface Candidate {
  readonly waiter: CodeSite;
  /** other lines where the same lock was waited for, most waited first, at most 8; the numbers are those of all lines together; absent when there is one line only */
  readonly alsoWaitedAt?: readonly CodeSite[] | undefined;
  readonly lockKind: LockKind;
  /** distinct lock addresses slow requests waited on here, most waited first, at most 16 */
  readonly locks: readonly string[];
  /** the site that held the lock for most of the waited time (each wait divided among the releases inside it); absent when its stack could not be read */
  readonly releasedAt?: CodeSite | undefined;
  /** its part of the waited time, 0…1 */
  readonly releasedAtShare?: number | undefined;
  /** Σ max(0, wait − baseline median wait) ÷ Σ(duration − baseline median duration) over the slow requests, 0…1; medians per route where the baseline has enough of it */
  readonly explained: Estimate;
  /** share of slow requests that waited here longer than usual minus share of baseline requests that did; Newcombe 95 % */
  readonly prevalence: Estimate;
  /** Benjamini–Hochberg-adjusted p value of the G-test of the same table */
  readonly pValue: number;
  /** Σ wait ÷ Σ request wall time */
  readonly contentionRatio: number;
  readonly contentionRatioBaseline: number;
  /** Spearman rank correlation of wait and duration over the requests of the spike */
  readonly doseResponse: number;
  /** p99 of (duration − wait here) over the spike window */
  readonly p99WithoutNanos: number;
  /** waits of the spike's requests themselves (binding exact) */
  readonly waits: number;
  /** at most 5, longest wait first */
  readonly exemplarTraceIds: readonly string[];
}

/** Who named the two windows: the asker; the last spike that was found; or nobody, and the halves of the range are compared. */
export const WINDOW_SOURCES = ['question', 'spike', 'halves'] as const;
export type WindowSource = (typeof WINDOW_SOURCES)[number];

export interface RootCause {
  readonly verdict: Verdict;
  readonly service: string;
  readonly route?: string | undefined;
  readonly platform?: string | undefined;
  readonly window: TimeWindow;
  readonly baseline: TimeWindow;
  readonly windowSource: WindowSource;
  readonly requests: number;
  /** requests of the window above the baseline's p99 */
  readonly slowRequests: number;
  readonly baselineRequests: number;
  readonly p99Nanos: Estimate;
  readonly baselineP99Nanos: Estimate;
  /** the blamed candidate; present only with verdict `contention` */
  readonly cause?: Candidate | undefined;
  /** everything weighed, most explaining first, at most 20 */
  readonly candidates: readonly Candidate[];
  /** one line each: what was found, and what was ruled out and why */
  readonly reasons: readonly string[];
  readonly platforms: readonly PlatformShare[];
  readonly contentionThreshold: number;
  readonly coverage: Coverage;
  /** share of the spike's waits with binding `exact`, 0…1; inherited ones never count into a share */
  readonly exactBinding: number;
  readonly confidence: 'high' | 'medium' | 'low';
  /** the whole answer in one sentence for people */
  readonly sentence: string;
}
