import { expect, test } from 'vitest';
import { newcombe, wilson } from './proportions.ts';

test.each([
  // golden vectors of the project's reference (mission.md 3.1)
  [83, 100, 20, 1000, 0.81, 0.7239, 0.8715],
  [830, 1000, 180, 9000, 0.81, 0.7853, 0.8322],
  [3, 4, 30, 40, 0, -0.4622, 0.2547],
  [5, 10, 500, 1000, 0, -0.2652, 0.2652],
  // Newcombe 1998, table II, (a) and (b), method 10
  [56, 70, 48, 80, 0.2, 0.0524, 0.3339],
  [9, 10, 3, 10, 0.6, 0.1705, 0.809],
  [10, 10, 0, 10, 1, 0.6075, 1],
])('Newcombe %d/%d − %d/%d = %d [%d, %d]', (...row) => {
  const [k1, n1, k0, n0, value, low, high] = row;
  const difference = newcombe(k1, n1, k0, n0);
  expect(difference.value).toBeCloseTo(value, 4);
  expect(difference.low).toBeCloseTo(low, 4);
  expect(difference.high).toBeCloseTo(high, 4);
});

test.each([
  // Newcombe, Statistics in Medicine 17 (1998) 857, table I, method 3
  [81, 263, 0.2553, 0.3662],
  [15, 148, 0.0624, 0.1605],
  [0, 20, 0, 0.1611],
  [1, 29, 0.0061, 0.1718],
])('Wilson %d/%d is [%d, %d]', (k, n, low, high) => {
  const interval = wilson(k, n);
  expect(interval.low).toBeCloseTo(low, 4);
  expect(interval.high).toBeCloseTo(high, 4);
});

test('no observations say nothing: [0, 1]', () => {
  expect(wilson(0, 0)).toEqual({ value: 0, low: 0, high: 1 });
});
