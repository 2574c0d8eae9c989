import { expect, test } from 'vitest';
import { seededRng } from './rng.ts';
import { ranks, spearman } from './spearman.ts';

const f = (...values: number[]): Float64Array => Float64Array.from(values);

test('ties share their mean rank', () => {
  expect(Array.from(ranks(f(10, 20, 10, 5, 20, 20)))).toEqual([2.5, 5, 2.5, 1, 5, 5]);
});

test.each([
  ['a monotone curve is 1', f(1, 2, 3, 4), f(1, 8, 27, 64), 1],
  ['reversed is −1', f(1, 2, 3), f(3, 2, 1), -1],
  // ranks 1 2.5 2.5 4 and 1 2 3 4: 4.5 / √(4.5 · 5)
  ['with ties', f(1, 2, 2, 3), f(1, 2, 3, 4), 4.5 / Math.sqrt(22.5)],
  ['a constant side is 0', f(1, 1, 1), f(1, 2, 3), 0],
  ['one point is 0', f(1), f(1), 0],
])('Spearman: %s', (_, x, y, expected) => {
  expect(spearman(x, y)).toBeCloseTo(expected, 12);
});

test('independent noise is near 0', () => {
  const rng = seededRng(7);
  const noise = (): Float64Array => Float64Array.from({ length: 5000 }, rng);
  expect(Math.abs(spearman(noise(), noise()))).toBeLessThan(0.05);
});
