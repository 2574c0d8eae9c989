import { expect, test } from 'vitest';
import { allowanceNanos, budgetOf, roomNanos } from './budget.ts';
import { costNanos, repriced } from './cost.ts';

const price = { trapNanos: 1_400, programNanos: 500 };

test('a hit costs its trap and its program', () => {
  expect(costNanos(1_000, price)).toBe(1_900_000);
});

test.each([
  ['as the kernel counted', { runs: 10_000, nanos: 3_000_000 }, 300],
  ['too few say nothing', { runs: 999, nanos: 999_000_000 }, 500],
  ['not counted', { runs: 0, nanos: 0 }, 500],
  ['an interrupted program is not the program', { runs: 1_000, nanos: 4e9 }, 8_000],
])('the program’s part: %s', (_name, runs, programNanos) => {
  expect(repriced(price, runs)).toEqual({ trapNanos: 1_400, programNanos });
});

test.each([
  ['of a busy target its share', 4e9, 0.12e9],
  ['of an idle one the floor', 0.1e9, 0.01e9],
])('allowance of a second: %s', (_name, cpuNanos, allowed) => {
  expect(allowanceNanos(budgetOf(0.03), { elapsedNanos: 1e9, cpuNanos, probesNanos: 0 })).toBeCloseTo(allowed, 0);
});

test('of what the target takes itself: probes do not pay for themselves', () => {
  const half = { elapsedNanos: 1e9, cpuNanos: 4e9, probesNanos: 2e9 };
  expect(allowanceNanos(budgetOf(0.03), half)).toBeCloseTo(0.06e9, 0);
});

test('a small budget is small on an idle target too', () => {
  expect(allowanceNanos(budgetOf(0.005), { elapsedNanos: 1e9, cpuNanos: 0, probesNanos: 0 })).toBeCloseTo(0.005e9, 0);
});

test('what cannot be shed takes two thirds at most', () => {
  expect([0, 10, 25, 90].map((fixed) => roomNanos(30, fixed))).toEqual([30, 20, 10, 10]);
});
