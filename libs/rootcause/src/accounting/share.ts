/**
 * How much of the extra latency is this wait?
 *
 *   explained = Σ_slow max(0, wait − usual wait) ÷ Σ_slow (duration − usual duration), at most 1
 *
 * The interval resamples slow requests; the baseline medians are taken as known (they rest on many more requests).
 */
import type { Estimate } from '../answer.ts';
import { bootstrapRatio } from '../statistics/bootstrap.ts';
import type { Rng } from '../statistics/rng.ts';
import type { Cohort } from './cohort.ts';
import { usualPerRoute } from './medians.ts';
import type { Usual } from './medians.ts';

/** The slow requests of the spike: positions in its cohort, and a stable cut of positions in `at` for resampling. */
export interface SlowSet {
  readonly at: Uint32Array;
  /** per request of the spike: 1 where it is slow */
  readonly is: Uint8Array;
  readonly sample: Uint32Array;
  /** duration − usual duration, per slow request */
  readonly extraNanos: Float64Array;
}

const clip = (value: number): number => Math.min(1, Math.max(0, value));

/** Wait beyond the usual, per request; never negative. */
export function extraWait(cohort: Cohort, wait: Float64Array, usual: Usual): Float64Array {
  const perRoute = usualPerRoute(cohort, usual);
  return wait.map((nanos, r) => Math.max(0, nanos - (perRoute[cohort.route[r] ?? 0] ?? 0)));
}

/** `extra` as of extraWait, for all requests of the spike. */
export function explainedShare(slow: SlowSet, extra: Float64Array, rng: Rng): Estimate {
  const ofSlow = Float64Array.from(slow.at, (r) => extra[r] ?? 0);
  const share = bootstrapRatio(ofSlow, slow.extraNanos, slow.sample, rng);
  return { value: clip(share.value), low: clip(share.low), high: clip(share.high) };
}

export function positionsWhere(count: number, holds: (position: number) => boolean): Uint32Array {
  const found = new Uint32Array(count);
  let n = 0;
  for (let i = 0; i < count; i += 1) {
    if (holds(i)) {
      found[n] = i;
      n += 1;
    }
  }
  return found.slice(0, n);
}
