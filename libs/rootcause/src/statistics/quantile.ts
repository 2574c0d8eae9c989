/**
 * Quantiles by nearest rank (Hyndman & Fan 1996, type 1): the smallest sample with at least q·n samples at or below it.
 * One method everywhere. Nearest rank, because the p99 named in an answer is then the duration of a request that
 * exists, and because its bootstrap has a closed form (see bootstrap.ts). Example: p50 of 1 2 3 4 is 2.
 */
export function quantileOfSorted(sorted: Float64Array, q: number): number {
  return sorted[rankIndex(sorted.length, q)] ?? 0;
}

/** Sorts a copy. An empty set has no quantile; 0 stands for it, and every caller checks counts first. */
export function quantile(values: Float64Array, q: number): number {
  return quantileOfSorted(values.slice().sort(), q);
}

export const median = (values: Float64Array): number => quantile(values, 0.5);

/** Index of the nearest-rank q-quantile among n sorted samples. 1e-9 undoes binary rounding: 0.99 × 100 is 99, not 99.00…01. */
export function rankIndex(n: number, q: number): number {
  return Math.min(n - 1, Math.max(0, Math.ceil(q * n - 1e-9) - 1));
}
