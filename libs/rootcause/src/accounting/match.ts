/**
 * Which request does a wait (or a call, or a collection) belong to, and which part of it lies inside that request?
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
import { sinceOrigin } from './instants.ts';

export const MAX_REQUESTS_OF_TRACE = 16;

/** 104 days; longer is an underflowed subtraction, not a wait. */
const MAX_WAIT_NANOS = 2 ** 53;

/** What has a trace, a begin and a length. */
export interface Timed {
  readonly count: number;
  readonly traceIds: readonly string[];
  readonly startUnixNanos: BigInt64Array;
  readonly lengthNanos: Float64Array;
}

export interface Matched {
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

export function match(cohort: Cohort, timed: Timed): Matched {
  const n = timed.count;
  const request = new Int32Array(n).fill(-1);
  const start = sinceOrigin(timed.startUnixNanos, cohort.origin, n);
  const [from, to, end] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  let malformed = 0;
  let ambiguous = 0;
  // Waits of one trace often follow one another: it is looked up once.
  let [lastId, lastFirst] = ['', NONE];
  for (let w = 0; w < n; w += 1) {
    const length = timed.lengthNanos[w] ?? 0;
    const begin = start[w] ?? 0;
    const valid = length >= 0 && length < MAX_WAIT_NANOS;
    end[w] = valid ? begin + length : Number.NEGATIVE_INFINITY;
    const id = timed.traceIds[w] ?? '';
    if (id !== lastId) {
      lastId = id;
      lastFirst = cohort.traces.first(id);
    }
    const first = valid ? lastFirst : NONE;
    if (!valid) malformed += 1;
    else if (first >= 0 && sharedByTooMany(cohort, first)) ambiguous += 1;
    else if (first >= 0) request[w] = longestOverlap(cohort, first, begin, begin + length);
    const r = request[w] ?? NONE;
    if (r < 0) continue;
    from[w] = Math.max(begin, cohort.start[r] ?? 0);
    to[w] = Math.min(begin + length, (cohort.start[r] ?? 0) + (cohort.duration[r] ?? 0));
  }
  return { request, from, to, start, end, malformed, ambiguous };
}

export const matchWaits = (cohort: Cohort, waits: WaitColumns): Matched =>
  match(cohort, { ...waits, lengthNanos: waits.waitNanos });

const NONE = -1;

function longestOverlap(cohort: Cohort, first: number, from: number, to: number): number {
  let best = NONE;
  let longest = 0;
  for (let r = first; r >= 0; r = cohort.traces.next[r] ?? NONE) {
    const start = cohort.start[r] ?? 0;
    const duration = cohort.duration[r] ?? 0;
    const overlap = Math.min(to, start + duration) - Math.max(from, start);
    const inner = overlap === longest && best >= 0 && duration < (cohort.duration[best] ?? 0);
    if (overlap > longest || inner) {
      best = r;
      longest = overlap;
    }
  }
  return best;
}

function sharedByTooMany(cohort: Cohort, first: number): boolean {
  let requests = 0;
  for (let r = first; r >= 0 && requests <= MAX_REQUESTS_OF_TRACE; r = cohort.traces.next[r] ?? NONE) requests += 1;
  return requests > MAX_REQUESTS_OF_TRACE;
}
