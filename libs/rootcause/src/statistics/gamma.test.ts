import { expect, test } from 'vitest';
import { chiSquareSurvival, lnGamma, upperGamma } from './gamma.ts';

test('ln Γ agrees with factorials and with Γ(½) = √π', () => {
  let factorial = 1;
  for (let n = 1; n < 25; n += 1) {
    expect(lnGamma(n)).toBeCloseTo(Math.log(factorial), 10);
    factorial *= n;
  }
  expect(lnGamma(0.5)).toBeCloseTo(0.5 * Math.log(Math.PI), 11);
});

test.each([
  // critical values of chi-square in every textbook table
  [3.841458820694124, 1, 0.05],
  [6.634896601021213, 1, 0.01],
  [10.827566170662733, 1, 0.001],
  [5.991464547107979, 2, 0.05],
  [18.307038053275146, 10, 0.05],
  [124.3421134011, 100, 0.05],
  [0, 1, 1],
])('P(χ² > %d | df %d) = %d', (statistic, degrees, expected) => {
  expect(chiSquareSurvival(statistic, degrees)).toBeCloseTo(expected, 9);
});

test('Q(1, x) is e⁻ˣ on both sides of the switch of methods, and underflows to 0 instead of failing', () => {
  for (const x of [0.1, 1, 1.9, 2.1, 5, 50]) expect(upperGamma(1, x) / Math.exp(-x)).toBeCloseTo(1, 10);
  expect(chiSquareSurvival(3869, 1)).toBe(0);
});
