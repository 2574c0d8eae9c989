/**
 * Intervals of proportions, 95 %, without continuity correction.
 * Wilson: E. B. Wilson, JASA 22 (1927) 209. Newcombe: Statistics in Medicine 17 (1998) 873, method 10
 * (the difference of two proportions from their Wilson intervals): good at 0, at 1 and at small n, where the
 * textbook interval is wrong.
 */
import type { Estimate } from '../answer.ts';

/** 97.5 % point of the standard normal distribution. */
const Z = 1.959963984540054;

export function wilson(k: number, n: number): Estimate {
  if (n <= 0) return { value: 0, low: 0, high: 1 };
  const p = k / n;
  const z2 = (Z * Z) / n;
  const centre = (p + z2 / 2) / (1 + z2);
  const half = (Z / (1 + z2)) * Math.sqrt((p * (1 - p)) / n + z2 / (4 * n));
  return { value: p, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/** k1/n1 − k0/n0 */
export function newcombe(k1: number, n1: number, k0: number, n0: number): Estimate {
  const a = wilson(k1, n1);
  const b = wilson(k0, n0);
  const value = a.value - b.value;
  return {
    value,
    low: value - Math.hypot(a.value - a.low, b.high - b.value),
    high: value + Math.hypot(a.high - a.value, b.value - b.low),
  };
}
