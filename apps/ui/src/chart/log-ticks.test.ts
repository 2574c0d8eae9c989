import { expect, test } from 'vitest';
import { logTicks } from './log-ticks.ts';

const decades = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, i) =>
    [1, 2, 3, 4, 5, 6, 7, 8, 9].map((digit) => digit * 10 ** (from + i)),
  ).flat();

test('1, 2 and 5 of each decade are shown, and no other', () => {
  expect(logTicks(decades(-2, 0)).filter((value) => value !== null)).toEqual([0.01, 0.02, 0.05, 0.1, 0.2, 0.5]);
  expect(logTicks([30, 40, 50, 60])).toEqual([null, null, 50, null]);
});

test('where there are many decades only their begins are', () => {
  expect(logTicks(decades(0, 5)).filter((value) => value !== null)).toEqual([1, 10, 100, 1000, 10_000]);
});
