/**
 * How much of the extra latency is this wait?
 *
 *   explained = Σ_slow max(0, wait − usual wait) ÷ Σ_slow (duration − usual duration), at most 1
 *
 * The interval resamples slow requests; the baseline medians are taken as known (they rest on many more requests).
 *
 * Slow requests are chosen for being slow, and this choice alone gathers whoever waits: a lock that 1 % of requests
 * waited on before and after fills the slow cohort when everything gets a little slower. So a second share compares
 * like with like, the slowest f of the spike with the slowest f of the baseline:
 *
 *   risen = (mean wait_slow − mean wait_tail) ÷ (mean duration_slow − mean duration_tail)
 *
 * It is 0 for that lock and equals `explained` where the waits are new.
 */
import type { Estimate } from '../answer.ts';
import { bootstrapRatio, ratio } from '../statistics/bootstrap.ts';
import { quantileOfSorted } from '../statistics/quantile.ts';
import type { Rng } from '../statistics/rng.ts';
import type { Cohort } from './cohort.ts';

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

export function explainedShare(slow: SlowSet, wait: Float64Array, usualWait: Float64Array, rng: Rng): Estimate {
  const extraWait = Float64Array.from(slow.at, (r) => Math.max(0, (wait[r] ?? 0) - (usualWait[r] ?? 0)));
  const share = bootstrapRatio(extraWait, slow.extraNanos, slow.sample, rng);
  return { value: clip(share.value), low: clip(share.low), high: clip(share.high) };
}

export function risenShare(
  spike: { readonly cohort: Cohort; readonly wait: Float64Array; readonly slow: SlowSet },
  baseline: { readonly cohort: Cohort; readonly wait: Float64Array },
): number {
  const tail = tailOf(baseline.cohort, spike.slow.at.length / Math.max(1, spike.cohort.count));
  const waitRise = meanAt(spike.wait, spike.slow.at) - meanAt(baseline.wait, tail);
  const durationRise = meanAt(spike.cohort.duration, spike.slow.at) - meanAt(baseline.cohort.duration, tail);
  return clip(ratio(waitRise, durationRise));
}

/** Positions of the slowest `fraction` of a cohort. */
function tailOf(cohort: Cohort, fraction: number): Uint32Array {
  const bar = quantileOfSorted(cohort.sortedDuration, 1 - fraction);
  return positionsWhere(cohort.count, (r) => (cohort.duration[r] ?? 0) >= bar);
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

function meanAt(values: Float64Array, positions: Uint32Array): number {
  let sum = 0;
  for (const position of positions) sum += values[position] ?? 0;
  return positions.length > 0 ? sum / positions.length : 0;
}
