/** Quantiles of the latency roll-up's histogram (0003-rollups.ts: bucket = floor(4 · log2 nanoseconds)). Pure. */
import { LATENCY_BUCKETS_PER_OCTAVE } from '../migrations/0003-rollups.ts';

/** bucket → requests in it */
export type Histogram = ReadonlyMap<number, number>;

/**
 * Nearest rank, spread geometrically inside its bucket: the error is at most the bucket's width, 19 %.
 * Example: all requests in bucket 101 (39.9 … 47.5 ms): p50 = 2^((101 + 0.5) / 4) = 43.5 ms.
 */
export function quantileOf(
  histogram: Histogram,
  quantile: number,
  bucketsPerOctave: number = LATENCY_BUCKETS_PER_OCTAVE,
): number {
  const buckets = [...histogram].filter(([, count]) => count > 0).sort(([a], [b]) => a - b);
  const total = buckets.reduce((sum, [, count]) => sum + count, 0);
  const rank = quantile * total;
  let below = 0;
  for (const [bucket, count] of buckets) {
    if (below + count >= rank) return 2 ** ((bucket + (rank - below) / count) / bucketsPerOctave);
    below += count;
  }
  return 0;
}

export function mergeHistograms(histograms: readonly Histogram[]): Histogram {
  const merged = new Map<number, number>();
  for (const histogram of histograms) {
    for (const [bucket, count] of histogram) merged.set(bucket, (merged.get(bucket) ?? 0) + count);
  }
  return merged;
}
