/**
 * G-test (likelihood ratio) of a 2 × 2 table: do two cohorts share one proportion?
 *
 *             waited    did not
 *   slow        k1      n1 − k1
 *   baseline    k0      n0 − k0
 *
 * G = 2 Σ observed · ln(observed / expected), chi-square with one degree of freedom (Sokal & Rohlf, Biometry, ch. 17).
 */
import { chiSquareSurvival } from './gamma.ts';

export interface GTest {
  readonly g: number;
  readonly pValue: number;
}

export function gTest(k1: number, n1: number, k0: number, n0: number): GTest {
  const total = n1 + n0;
  const hits = k1 + k0;
  const cell = (observed: number, row: number, column: number): number =>
    observed > 0 ? observed * Math.log((observed * total) / (row * column)) : 0;
  const g =
    2 * (cell(k1, n1, hits) + cell(n1 - k1, n1, total - hits) + cell(k0, n0, hits) + cell(n0 - k0, n0, total - hits));
  // Rounding may leave −1e-14 where the proportions are equal.
  return { g: Math.max(0, g), pValue: chiSquareSurvival(Math.max(0, g), 1) };
}

/** Goodness of fit: do these counts share one expectation? k − 1 degrees of freedom. */
export function evenSpread(counts: readonly number[]): GTest {
  const total = counts.reduce((sum, n) => sum + n, 0);
  const expected = total / counts.length;
  const g = 2 * counts.reduce((sum, n) => sum + (n > 0 ? n * Math.log(n / expected) : 0), 0);
  return { g: Math.max(0, g), pValue: counts.length < 2 ? 1 : chiSquareSurvival(Math.max(0, g), counts.length - 1) };
}
