/** How platforms compare: each with its numbers, each against the reference and against its own baseline, in one sentence. */
import type { LockKind, TimeWindow } from '@mapscope/events';
import type { Estimate } from '../answer.ts';
import type { CodeSite, Coverage } from '../evidence.ts';
import type { SharedLine, StructLayout } from './evidence.ts';

/** Of one platform in one window. Times of an emulated machine are told as they are and compared with nobody else's. */
export interface PlatformMeasures {
  readonly requests: number;
  readonly requestsPerSecond: Estimate;
  readonly processes: number;
  /** requests that waited; Wilson 95 % */
  readonly waiting: Estimate;
  readonly waitingRequests: number;
  /** mean of all requests, with those that did not wait; bootstrap 95 %, as the others that follow */
  readonly waitNanos: Estimate;
  readonly p99Nanos: Estimate;
  /** Σ wait ÷ Σ duration */
  readonly contentionRatio: Estimate;
  /** mean of what a request lasted without its waits for locks, CPUs, the collector, channels and calls: at least its time on a CPU */
  readonly ownNanos: Estimate;
  /** CPU time of the processes ÷ requests, background work with it; absent: not known */
  readonly cpuNanosPerRequest?: number | undefined;
  /** map operations that met another's write; Wilson 95 %; absent: maps were not watched */
  readonly conflicts?: Estimate | undefined;
}

export const REFUSALS = ['too-few', 'builds', 'routes', 'loads', 'emulated'] as const;
export type RefusalCode = (typeof REFUSALS)[number];

export interface Refusal {
  readonly code: RefusalCode;
  /** times: counts and shares are compared all the same */
  readonly blocks: 'all' | 'times';
  readonly reason: string;
}

export const CONTRAST_VERDICTS = [
  'waits-longer',
  'waits-shorter',
  'no-difference',
  'unclear',
  'shares-only',
  'not-comparable',
] as const;
export type ContrastVerdict = (typeof CONTRAST_VERDICTS)[number];

/** One against another: ratios are this ÷ that, of mean waits, of p99s, of own times, all three together at 95 %; absent where refused or without a divisor. */
export interface Contrast {
  readonly verdict: ContrastVerdict;
  readonly wait?: Estimate | undefined;
  readonly p99?: Estimate | undefined;
  readonly own?: Estimate | undefined;
  /** CPU time per request; no interval: one number each */
  readonly cpu?: number | undefined;
  /** share of requests that waited, this − that; Newcombe 95 %; absent where all is refused */
  readonly waiting?: Estimate | undefined;
  readonly conflicts?: Estimate | undefined;
  readonly refusals: readonly Refusal[];
  /** what to know before believing it */
  readonly notes: readonly string[];
  readonly sentence: string;
}

export interface ComparedPlatform {
  readonly platform: string;
  /** short, and unlike the others' */
  readonly label: string;
  readonly emulated: boolean;
  readonly builds: readonly string[];
  readonly measures: PlatformMeasures;
  /** against the reference; absent of the reference itself */
  readonly against?: Contrast | undefined;
  /** against itself in the baseline; absent without one */
  readonly ownBaseline?: Contrast | undefined;
}

/** A lock that costs more on one platform than the program's own speed there explains. A hint: where to look, not what it is. */
export interface AtomicsHint {
  readonly waiter: CodeSite;
  readonly lockKind: LockKind;
  readonly platform: string;
  readonly reference: string;
  /** ratio of mean waits per request here */
  readonly wait: Estimate;
  /** ratio of own times, which it exceeds */
  readonly own: Estimate;
  /** of the receiver of the waiting method, where DWARF told; fields in lines of 64 bytes counted from its begin */
  readonly layout?: StructLayout | undefined;
  /** locks in one line with one of this site's, each waited for: neighbours that others write */
  readonly sharedLines: readonly SharedLine[];
  readonly sentence: string;
}

export interface PlatformComparison {
  readonly service: string;
  readonly route?: string | undefined;
  readonly site?: string | undefined;
  readonly window: TimeWindow;
  readonly baseline?: TimeWindow | undefined;
  /** the one with most requests that is not emulated; absent without requests */
  readonly reference?: string | undefined;
  readonly platforms: readonly ComparedPlatform[];
  readonly hints: readonly AtomicsHint[];
  readonly coverage: Coverage;
  readonly sentence: string;
}
