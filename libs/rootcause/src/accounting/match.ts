/**
 * Which request does a wait belong to, and which part of it lies inside that request?
 *
 *     request        ├──────────────┤
 *     wait       ├───────┤ ├──┤  ├───────┤   ├──┤
 *     counted        ├───┤ ├──┤  ├──┤        (dropped)
 *
 * A trace may hold several requests of one service (retries, calls to itself): the wait goes to the one it overlaps
 * longest, and to that one only; of equals, the shorter (the inner) one. A trace id shared by more than 16 requests
 * names nothing (a client that sends one constant traceparent): its waits stay out and are counted as ambiguous.
 */
import type { WaitColumns } from '../evidence.ts';
import type { Cohort } from './cohort.ts';

export const MAX_REQUESTS_OF_TRACE = 16;

/** 104 days; longer is an underflowed subtraction, not a wait. */
const MAX_WAIT_NANOS = 2 ** 53;

export interface MatchedWaits {
  /** index of the request, or −1 */
  readonly request: Int32Array;
  /** inside the request, nanoseconds since the cohort's origin; meaningless where request is −1 */
  readonly from: Float64Array;
  readonly to: Float64Array;
  /** as measured, not clipped; `end` is the moment of release, −Infinity where malformed */
  readonly start: Float64Array;
  readonly end: Float64Array;
  /** waits whose length is no length: they count nowhere */
  readonly malformed: number;
  readonly ambiguous: number;
}

export function matchWaits(cohort: Cohort, waits: WaitColumns): MatchedWaits {
  const n = waits.count;
  const request = new Int32Array(n).fill(-1);
  const [from, to, start, end] = [new Float64Array(n), new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  let malformed = 0;
  let ambiguous = 0;
  for (let w = 0; w < n; w += 1) {
    const length = waits.waitNanos[w] ?? 0;
    const begin = Number((waits.startUnixNanos[w] ?? 0n) - cohort.origin);
    const valid = length >= 0 && length < MAX_WAIT_NANOS;
    start[w] = begin;
    end[w] = valid ? begin + length : Number.NEGATIVE_INFINITY;
    if (!valid) malformed += 1;
    else if (sharedByTooMany(cohort, waits.traceIds[w] ?? '')) ambiguous += 1;
    else request[w] = longestOverlap(cohort, waits.traceIds[w] ?? '', begin, begin + length);
    const r = request[w] ?? -1;
    if (r < 0) continue;
    from[w] = Math.max(begin, cohort.start[r] ?? 0);
    to[w] = Math.min(begin + length, (cohort.start[r] ?? 0) + (cohort.duration[r] ?? 0));
  }
  return { request, from, to, start, end, malformed, ambiguous };
}

function longestOverlap(cohort: Cohort, traceId: string, from: number, to: number): number {
  let best = -1;
  let longest = 0;
  for (let r = cohort.firstOfTrace.get(traceId) ?? -1; r >= 0; r = cohort.nextOfTrace[r] ?? -1) {
    const start = cohort.start[r] ?? 0;
    const duration = cohort.duration[r] ?? 0;
    const overlap = Math.min(to, start + duration) - Math.max(from, start);
    const inner = overlap === longest && best >= 0 && duration < (cohort.duration[best] ?? 0);
    if (overlap > longest || inner) [best, longest] = [r, overlap];
  }
  return best;
}

function sharedByTooMany(cohort: Cohort, traceId: string): boolean {
  let requests = 0;
  let r = cohort.firstOfTrace.get(traceId) ?? -1;
  for (; r >= 0 && requests <= MAX_REQUESTS_OF_TRACE; r = cohort.nextOfTrace[r] ?? -1) requests += 1;
  return requests > MAX_REQUESTS_OF_TRACE;
}
