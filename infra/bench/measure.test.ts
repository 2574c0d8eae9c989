import { expect, test } from 'vitest';
import { median, metric, ratios } from './measure.ts';

test.each([
  [[3, 1, 2], 2],
  [[4, 1, 2, 3], 2.5],
  [[5], 5],
])('the median of %j is %d', (values, expected) => {
  expect(median(values)).toBe(expected);
});

test('a metric without a target is always fine, one with a target is judged by its direction', () => {
  const spec = { name: 'x', unit: 's', better: 'lower', runs: [2, 2, 2] } as const;
  expect(metric(spec).ok).toBe(true);
  expect(metric({ ...spec, target: 1 }).ok).toBe(false);
  expect(metric({ ...spec, target: 1, better: 'higher' }).ok).toBe(true);
});

test('ratios are taken pair by pair', () => {
  expect(ratios([2, 6], [1, 2])).toEqual([2, 3]);
});
