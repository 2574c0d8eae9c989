import { expect, test } from 'vitest';
import { budgetOf, burnRate, compliance } from './budget.ts';

const objective = { thresholdNanos: 300e6, target: 0.99 };

test.each([
  // good, total, compliance, met, burn rate, left, bad requests left
  [9975, 10_000, 0.9975, true, 0.25, 0.75, 75],
  [9900, 10_000, 0.99, true, 1, 0, 0],
  [9800, 10_000, 0.98, false, 2, -1, 0],
  [10_000, 10_000, 1, true, 0, 1, 100],
  [0, 10, 0, false, 100, -99, 0],
  [0, 0, 1, true, 0, 1, 0],
])('%d good of %d', (good, total, ...expected) => {
  const [kept, met, rate, left, badLeft] = expected;
  const budget = budgetOf({ good, total }, objective);
  expect(budget.met).toBe(met);
  expect(budget.compliance).toBeCloseTo(kept, 12);
  expect(budget.burnRate).toBeCloseTo(rate, 9);
  expect(budget.left).toBeCloseTo(left, 9);
  expect(budget.badRequestsLeft).toBe(badLeft);
});

test('no requests break nothing', () => {
  expect([compliance({ good: 0, total: 0 }), burnRate({ good: 0, total: 0 }, objective)]).toEqual([1, 0]);
});
