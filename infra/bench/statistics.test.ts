import { describe, expect, test } from 'vitest';
import { median, medianInterval, quantile, seeded, type Interval } from './statistics.ts';

test.each([
  [[3, 1, 2], 2],
  [[4, 1, 2, 3], 2.5],
  [[5], 5],
])('the median of %j is %d', (values, expected) => {
  expect(median(values)).toBe(expected);
});

test('quantiles lie between neighbours; of nothing there is none', () => {
  expect(quantile([1, 2, 3, 4, 5], 0.975)).toBeCloseTo(4.9);
  expect(median([])).toBeNaN();
});

/** Nearly normal, around 1 with a spread of 0.05: each the sum of twelve. */
const draws = (random: () => number, n: number): number[] =>
  Array.from({ length: n }, () => 1 + 0.05 * (Array.from({ length: 12 }, random).reduce((a, b) => a + b) - 6));
const width = ([from, to]: Interval): number => to - from;

describe('the interval of a median', () => {
  test('holds the true one in most of 60 samples', () => {
    const random = seeded(3);
    const samples = Array.from({ length: 60 }, () => medianInterval(draws(random, 24)));
    const held = samples.filter(([from, to]) => from <= 1 && 1 <= to).length;
    expect(held).toBeGreaterThan(50);
  });

  test('is the same for the same values, and narrower for more of them', () => {
    const many = draws(seeded(5), 400);
    expect(medianInterval(many)).toEqual(medianInterval(many));
    expect(width(medianInterval(many))).toBeLessThan(width(medianInterval(many.slice(0, 20))));
  });

  test('of one value is that value', () => {
    expect(medianInterval([1.5])).toEqual([1.5, 1.5]);
  });
});
