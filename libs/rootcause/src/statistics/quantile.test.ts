import { expect, test } from 'vitest';
import { median, quantile, quantileOfSorted, rankIndex } from './quantile.ts';
import { seededRng } from './rng.ts';

test.each([
  [[1, 2, 3, 4], 0.5, 2],
  [[4, 3, 2, 1, 5], 0.5, 3],
  [[7], 0.99, 7],
  [[3, 1], 0, 1],
  [[3, 1], 1, 3],
  [Array.from({ length: 100 }, (_, i) => i + 1), 0.99, 99],
  [Array.from({ length: 1000 }, (_, i) => i + 1), 0.99, 990],
  [Array.from({ length: 101 }, (_, i) => i + 1), 0.99, 100],
  [[], 0.99, 0],
])('nearest rank of %j at %d is %d, a sample that exists', (values, q, expected) => {
  expect(quantile(Float64Array.from(values), q)).toBe(expected);
});

test('the input keeps its order', () => {
  const values = Float64Array.of(3, 1, 2);
  expect(median(values)).toBe(2);
  expect(Array.from(values)).toEqual([3, 1, 2]);
});

test('the rank is the smallest with at least q·n samples at or below it, for every n', () => {
  for (let n = 1; n < 3000; n += 1) {
    const index = rankIndex(n, 0.99);
    expect((index + 1) * 100).toBeGreaterThanOrEqual(99 * n);
    expect(index * 100).toBeLessThan(99 * n);
  }
});

test('selecting agrees with sorting, with ties and without', () => {
  const rng = seededRng(11);
  for (let round = 0; round < 400; round += 1) {
    const distinct = round % 2 === 0 ? 1e9 : 1 + Math.floor(rng() * 5);
    const values = Float64Array.from({ length: 1 + Math.floor(rng() * 300) }, () => Math.floor(rng() * distinct));
    const q = rng();
    expect(quantile(values, q)).toBe(quantileOfSorted(values.slice().sort(), q));
  }
});
