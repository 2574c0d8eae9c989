/**
 * Percentile bootstrap (Efron & Tibshirani 1993, ch. 13), 95 %, with bounded work:
 * 400 resamples always; the ratio resamples at most 2 000 points, chosen by stable cut (cut.ts). An interval of a cut
 * is wider than that of all points, never narrower: the error is on the careful side.
 */
import type { Estimate } from '../answer.ts';
import { gather } from './gather.ts';
import { quantileOfSorted, rankIndex } from './quantile.ts';
import { gammaVariate } from './rng.ts';
import type { Rng } from './rng.ts';

export const RESAMPLES = 400;
export const MAX_RATIO_POINTS = 2000;

/**
 * A quantile, over all points, without drawing them: a resample of n is x[⌊n·Uᵢ⌋] for n uniforms, so its k-th smallest is
 * x[⌊n·U₍ₖ₎⌋], and U₍ₖ₎ ~ Beta(k, n+1−k) = A/(A+B) with A ~ Gamma(k), B ~ Gamma(n+1−k). Two variates replace n draws.
 */
export function bootstrapQuantile(sorted: Float64Array, q: number, rng: Rng): Estimate {
  const n = sorted.length;
  if (n === 0) return { value: 0, low: 0, high: 0 };
  const k = rankIndex(n, q) + 1;
  const estimates = Float64Array.from({ length: RESAMPLES }, () => {
    const below = gammaVariate(rng, k);
    const u = below / (below + gammaVariate(rng, n + 1 - k));
    return sorted[Math.min(n - 1, Math.floor(n * u))] ?? 0;
  });
  return percentileInterval(quantileOfSorted(sorted, q), estimates);
}

/** The same resamples for every ratio over one set: intervals do not depend on what else is looked at, nor on its order. */
export interface Resamples {
  /** positions of the set that resamples draw from; at most MAX_RATIO_POINTS */
  readonly sample: Uint32Array;
  /** RESAMPLES times as many draws as the sample has points */
  readonly draws: Uint16Array;
}

export function resamplesOf(sample: Uint32Array, rng: Rng): Resamples {
  const n = Math.min(sample.length, MAX_RATIO_POINTS);
  const draws = new Uint16Array(n * RESAMPLES);
  for (let i = 0; i < draws.length; i += 1) draws[i] = Math.floor(rng() * n);
  return { sample: sample.subarray(0, n), draws };
}

/**
 * Σ numerator ÷ Σ denominator, pairs resampled together; the value is that of all pairs. A denominator ≤ 0 means there
 * is nothing to share: 0.
 */
export function bootstrapRatio(numerator: Float64Array, denominator: Float64Array, resamples: Resamples): Estimate {
  const { sample, draws } = resamples;
  const n = sample.length;
  const above = gather(numerator, sample);
  const below = gather(denominator, sample);
  const estimates = new Float64Array(n === 0 ? 0 : RESAMPLES);
  for (let k = 0, at = 0; k < estimates.length; k += 1) {
    let a = 0;
    let b = 0;
    for (const end = at + n; at < end; at += 1) {
      const pick = draws[at] ?? 0;
      a += above[pick] ?? 0;
      b += below[pick] ?? 0;
    }
    estimates[k] = ratio(a, b);
  }
  return percentileInterval(ratio(sumOf(numerator), sumOf(denominator)), estimates);
}

export const ratio = (above: number, below: number): number => (below > 0 ? above / below : 0);

export function sumOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

/** The interval always holds the value itself, which is that of all points and may leave that of a cut. */
function percentileInterval(value: number, estimates: Float64Array): Estimate {
  if (estimates.length === 0) return { value, low: value, high: value };
  const sorted = estimates.sort();
  return {
    value,
    low: Math.min(value, quantileOfSorted(sorted, 0.025)),
    high: Math.max(value, quantileOfSorted(sorted, 0.975)),
  };
}
