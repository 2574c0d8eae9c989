/** Medians and how sure they are. Pure: chance comes from a seed. */

/** from, to */
export type Interval = readonly [number, number];

export function median(values: readonly number[]): number {
  return quantile(
    values.toSorted((a, b) => a - b),
    0.5,
  );
}

/** Linear between neighbours (Hyndman and Fan 1996, type 7). */
export function quantile(sorted: readonly number[], q: number): number {
  const at = (sorted.length - 1) * q;
  const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  if (low === undefined || high === undefined) return Number.NaN;
  return low + (high - low) * (at - Math.floor(at));
}

const RESAMPLES = 2000;
const SEED = 20_261_120;

/**
 * 95 % of the median, by bootstrap (Efron 1979, percentile): medians of as many values drawn from these with replacement.
 * The same values give the same interval.
 */
export function medianInterval(values: readonly number[]): Interval {
  const random = seeded(SEED);
  const draw = (): number => values[Math.floor(random() * values.length)] ?? Number.NaN;
  const medians = Array.from({ length: RESAMPLES }, () => median(Array.from(values, draw))).toSorted((a, b) => a - b);
  return [quantile(medians, 0.025), quantile(medians, 0.975)];
}

/** Marsaglia, "Xorshift RNGs" (2003), 32 bits; 0 ≤ x < 1. */
export function seeded(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
