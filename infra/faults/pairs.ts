/**
 * Does p99 without the blamed time equal p99 without the fault? Slices with and without it in turn, the same seed in each:
 *
 *     off │ on │ off │ on │ off …      a pair: p99 that is foretold from a slice with the fault, against the measured p99 of
 *      └── pair ──┘                    the slices before and after it, so that a machine which gets slower takes both along
 *           └─────── pair ──┘
 *
 * Claimed is the median of the pairs' ratios, within the tolerance. Their least and greatest enclose the true median in
 * 1 − 2 · 2⁻ⁿ of all cases (15 of 16 for five pairs; sign test). What slices without the fault differ by among themselves is
 * the machine: where that is more than the tolerance, nothing was measured, and it is said so. Pure.
 */
import type { Check } from './compare.ts';

export interface Pair {
  readonly beforeMs: number;
  /** p99 that the answer foretells; null: it blamed nobody in this slice */
  readonly foretoldMs: number | null;
  readonly afterMs: number;
}

export const LEAST_PAIRS = 3;

export const ratioOf = ({ beforeMs, foretoldMs, afterMs }: Pair): number | undefined =>
  foretoldMs === null ? undefined : foretoldMs / ((beforeMs + afterMs) / 2);

/** How far apart two slices without the fault are: 1.05 for 5 %, whichever is the slower. */
const driftOf = ({ beforeMs, afterMs }: Pair): number => Math.max(beforeMs / afterMs, afterMs / beforeMs);

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2;
}

const signed = (ratio: number): string => `${ratio >= 1 ? '+' : '−'}${Math.abs((ratio - 1) * 100).toFixed(1)} %`;

export function pairedCheck(pairs: readonly Pair[], tolerance: number): Check {
  const name = 'p99 mended';
  const drift = median(pairs.map(driftOf));
  const wanted = `median of ${pairs.length} pairs within ±${Math.round(tolerance * 100)} %; off against off ${signed(drift)}`;
  const ratios = pairs.map(ratioOf).filter((ratio) => ratio !== undefined);
  const noise = drift - 1 > tolerance ? { isNoise: true } : {};
  if (ratios.length < LEAST_PAIRS) return { name, ok: false, found: `${ratios.length} pairs`, wanted, ...noise };
  const middle = median(ratios);
  const found = `${signed(middle)} [${signed(Math.min(...ratios))}, ${signed(Math.max(...ratios))}]`;
  const ok = Math.abs(middle - 1) <= tolerance;
  return { name, ok, found, wanted, ...(ok ? {} : noise) };
}
