import { expect, test } from 'vitest';
import { gammaVariate, normal, seededRng } from './rng.ts';

const moments = (draw: () => number, n: number): { mean: number; variance: number } => {
  const values = Array.from({ length: n }, draw);
  const mean = values.reduce((a, b) => a + b, 0) / n;
  return { mean, variance: values.reduce((a, b) => a + (b - mean) ** 2, 0) / n };
};

const take = (seed: number): number[] => Array.from({ length: 1000 }, seededRng(seed));

test('the same seed gives the same numbers, another seed others, all in [0, 1)', () => {
  expect(take(1)).toEqual(take(1));
  expect(take(1)).not.toEqual(take(2));
  expect(take(3).every((u) => u >= 0 && u < 1)).toBe(true);
});

test('uniform, normal and gamma variates have their mean and variance', () => {
  const rng = seededRng(42);
  const uniform = moments(rng, 50_000);
  expect(uniform.mean).toBeCloseTo(0.5, 2);
  expect(uniform.variance).toBeCloseTo(1 / 12, 2);
  const gauss = moments(() => normal(rng), 50_000);
  expect(Math.abs(gauss.mean)).toBeLessThan(0.02);
  expect(Math.abs(gauss.variance - 1)).toBeLessThan(0.03);
  for (const shape of [1, 2.5, 40, 10_000]) {
    const gamma = moments(() => gammaVariate(rng, shape), 20_000);
    expect(gamma.mean / shape).toBeCloseTo(1, 1);
    expect(Math.abs(gamma.variance / shape - 1)).toBeLessThan(0.06);
  }
});
