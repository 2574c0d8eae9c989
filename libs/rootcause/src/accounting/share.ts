/**
 * How much of the extra latency is this wait?
 *
 *   explained = Σ_slow max(0, wait − usual wait) ÷ Σ_slow (duration − usual duration), at most 1
 *
 * The interval resamples slow requests; the baseline medians are taken as known (they rest on many more requests).
 */
import type { Estimate } from '../answer.ts';
import { bootstrapRatio } from '../statistics/bootstrap.ts';
import type { Resamples } from '../statistics/bootstrap.ts';
import { gather } from '../statistics/gather.ts';
import type { Cohort } from './cohort.ts';
import { usualPerRoute } from './medians.ts';
import type { Usual } from './medians.ts';

/** The slow requests of the spike. */
export interface SlowSet {
  readonly at: Uint32Array;
  /** per request of the spike: 1 where it is slow */
  readonly is: Uint8Array;
  /** duration − usual duration, per slow request */
  readonly extraNanos: Float64Array;
  /** resamples of positions in `at` */
  readonly resamples: Resamples;
}

const clip = (value: number): number => Math.min(1, Math.max(0, value));

/** Wait beyond the usual, per request; never negative. Fills `extra`. */
export function extraWait(
  cohort: Cohort,
  wait: Float64Array,
  usual: Usual,
  extra: Float64Array = new Float64Array(cohort.count),
): Float64Array {
  const perRoute = usualPerRoute(cohort, usual);
  for (let r = 0; r < cohort.count; r += 1) {
    const beyond = (wait[r] ?? 0) - (perRoute[cohort.route[r] ?? 0] ?? 0);
    extra[r] = beyond > 0 ? beyond : 0;
  }
  return extra;
}

/** `extra` as of extraWait, for all requests of the spike. */
export function explainedShare(slow: SlowSet, extra: Float64Array): Estimate {
  const share = bootstrapRatio(gather(extra, slow.at), slow.extraNanos, slow.resamples);
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
