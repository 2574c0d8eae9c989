import { expect, test } from 'vitest';
import { addCounts, countGood, EMPTY_COUNTS, objectiveOf } from './objective.ts';

test('p99 ≤ 300 ms is 99 % within 300 ms', () => {
  const quantile = objectiveOf({ form: 'quantile', quantile: 0.99, limitNanos: 300e6 });
  expect(quantile).toEqual(objectiveOf({ form: 'threshold', thresholdNanos: 300e6, target: 0.99 }));
});

test.each([0, 1, -0.1, 1.5, Number.NaN])('a target of %d is refused', (target) => {
  expect(() => objectiveOf({ form: 'threshold', thresholdNanos: 1, target })).toThrow(/between 0 and 1/);
});

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('a limit of %d ns is refused', (limitNanos) => {
  expect(() => objectiveOf({ form: 'quantile', quantile: 0.99, limitNanos })).toThrow(/above 0/);
});

test('the limit itself is good; counts of windows add up', () => {
  const objective = objectiveOf({ form: 'threshold', thresholdNanos: 100, target: 0.9 });
  const counts = countGood(Float64Array.of(99, 100, 101), objective);
  expect(counts).toEqual({ good: 2, total: 3 });
  expect(addCounts(counts, addCounts(EMPTY_COUNTS, counts))).toEqual({ good: 4, total: 6 });
});
