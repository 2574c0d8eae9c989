/**
 * The answer: a verdict, its numbers and its proof. "Not explained" is a right answer; blaming the innocent is the worst one.
 */
import type { LockKind, TimeWindow } from '@mapscope/events';
import type { CodeSite, Coverage, MapConflict } from './evidence.ts';
import type { BindingMix, WatchedTime } from './watched.ts';

export const VERDICTS = [
  'contention',
  'rw-writer-pending',
  'hot-shard',
  'map-conflict',
  'gc',
  'scheduler',
  'downstream',
  'channel',
  'cpu',
  'unexplained',
  'too-little-evidence',
] as const;
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

/** The numbers of whatever requests spent time on. No nanosecond of a request counts for two causes. */
export interface Weighing {
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
  /** at most 5, longest wait first */
  readonly exemplarTraceIds: readonly string[];
}

/** A lock site that was weighed, blamed or not. */
export interface Candidate extends Weighing {
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
  /** part of slow requests' wait here that began while a writer was announced and waited for readers itself, 0…1; absent where nobody said */
  readonly writerPending?: number | undefined;
  /** with writerPending: the line whose read lock the writer waited for most; absent where it was not seen */
  readonly slowReader?: CodeSite | undefined;
  /** how its waits spread over its locks; absent where it has fewer than four */
  readonly spread?: LockSpread | undefined;
  /** the map that was used right after waiting for this lock, where that was seen */
  readonly guards?: GuardedMap | undefined;
  /** the requests that held it; absent where its holders served none, or nobody knows */
  readonly heldBy?: HeldBy | undefined;
  /** what its holders waited for meanwhile; absent where they waited for no lock that was seen */
  readonly chain?: BlockingChain | undefined;
  /** waits of the spike's requests that count: their own, and those of goroutines they waited for */
  readonly waits: number;
}

export interface HeldBy {
  readonly route: string;
  /** of the waited time, the part in which a request of this route held the lock, 0…1 */
  readonly share: number;
  /** the one of them that held it longest */
  readonly traceId: string;
}

export interface BlockingChain {
  /** each is what the holder of the one before waited for */
  readonly links: readonly ChainLink[];
  /** the last link is a lock that came before: the goroutines wait for one another in turn */
  readonly isCycle: boolean;
}

export interface ChainLink {
  readonly waiter: CodeSite;
  readonly lock: string;
  readonly releasedAt?: CodeSite | undefined;
  /** of the time before it, the part that its holder waited here, 0…1 */
  readonly share: number;
}

/** Do the waits of one site concentrate on one of its locks? */
export interface LockSpread {
  /** distinct locks that requests of either window waited on here */
  readonly locks: number;
  /** the one waited on most, and its part of the waits of the spike */
  readonly hottest: string;
  readonly hottestShare: Estimate;
  /** of the G-test against an even spread, adjusted */
  readonly pValue: number;
}

export interface GuardedMap {
  readonly mapType: string;
  readonly site: CodeSite;
  /** of the uses of maps seen right after this lock, the share that was of this map */
  readonly share: number;
}

export const TIME_KINDS = ['gc', 'scheduler', 'downstream', 'channel', 'cpu'] as const;
export type TimeKind = (typeof TIME_KINDS)[number];

/** Time of requests that was spent on something else than a lock; weighed, blamed or not. */
export interface TimeCause extends Weighing {
  readonly kind: TimeKind;
  /** of downstream: the host */
  readonly host?: string | undefined;
  /** of channel: the line that waited */
  readonly site?: CodeSite | undefined;
  /** times it was met by requests of the spike; of cpu: 0 */
  readonly events: number;
}

/** An attribute value that slow requests have clearly more often than baseline requests. It says where, not why. */
export interface AttributeContrast {
  /** route, a part of the platform (arch, go, …), or an attribute of spans */
  readonly key: string;
  readonly value: string;
  /** share of the slow requests that have it */
  readonly slowShare: number;
  /** that share minus the baseline's; Newcombe 95 % */
  readonly difference: Estimate;
  /** of the G-test, Benjamini–Hochberg-adjusted over all values of all keys */
  readonly pValue: number;
  /** how far the mix of the whole key moved: KL(baseline ‖ slow) in nats */
  readonly divergence: number;
}

/** Who named the two windows: the asker; the last spike that was found; or nobody, and the halves of the range are compared. */
export const WINDOW_SOURCES = ['question', 'spike', 'halves'] as const;
export type WindowSource = (typeof WINDOW_SOURCES)[number];

/** What the answer rests on: events, time, requests, and how waits are bound to them. */
export interface AnswerCoverage extends Coverage {
  /** part of the window's time that was watched, table by table; absent where the source cannot say */
  readonly watched?: readonly WatchedTime[] | undefined;
  readonly baselineWatched?: readonly WatchedTime[] | undefined;
  readonly bindings?: BindingMix | undefined;
  readonly requests: Sampled;
  readonly baselineRequests: Sampled;
}

export interface Sampled {
  /** judged: all, or those that the hash of their trace id left in */
  readonly kept: number;
  /** in the store */
  readonly total: number;
  /** total ÷ the seconds in which requests were watched */
  readonly perSecond: number;
}

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
  /** the blamed lock; present only with `contention`, `rw-writer-pending` and `hot-shard` */
  readonly cause?: Candidate | undefined;
  /** what is blamed instead; present only with `gc`, `scheduler`, `downstream`, `channel` and `cpu` */
  readonly timeCause?: TimeCause | undefined;
  /** present only with `map-conflict` */
  readonly conflict?: MapConflict | undefined;
  /** every lock weighed, most explaining first, at most 20 */
  readonly candidates: readonly Candidate[];
  /** everything else weighed, most explaining first, at most 20 */
  readonly timeCauses: readonly TimeCause[];
  /** where it is slow: clearest difference first, at most 10 */
  readonly attributes: readonly AttributeContrast[];
  /** how to mend it; absent where nobody is blamed */
  readonly remedy?: string | undefined;
  /** probes that would tell more, each with its reason */
  readonly nextProbes: readonly string[];
  /** one line each: what was found, and what was ruled out and why */
  readonly reasons: readonly string[];
  readonly platforms: readonly PlatformShare[];
  readonly contentionThreshold: number;
  readonly coverage: AnswerCoverage;
  /** share of the spike's waits with binding `exact`, 0…1; inherited ones never count into a share */
  readonly exactBinding: number;
  readonly confidence: 'high' | 'medium' | 'low';
  /** the whole answer in one sentence for people */
  readonly sentence: string;
}
