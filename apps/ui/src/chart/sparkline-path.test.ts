import { expect, test } from 'vitest';
import { sparklinePath, windowSpan } from './sparkline-path.ts';

const SIZE = { width: 100, height: 24 };

test('a line goes from the first bucket to the last, its peak at the top', () => {
  expect(sparklinePath([0, 10, 5], SIZE)).toBe('M0 22L50 2L100 12');
});

test('a bucket without requests is a gap, not a zero', () => {
  expect(sparklinePath([10, null, 10], SIZE)).toBe('M0 2M100 2');
  expect(sparklinePath([null, null], SIZE)).toBe('');
  expect(sparklinePath([], SIZE)).toBe('');
  expect(sparklinePath([0], SIZE)).toBe('M0 22');
});

test('a window is cut to the drawing', () => {
  const starts = [0, 1000, 2000, 3000];
  expect(windowSpan(starts, 1000, [1000, 2000], 100)).toEqual({ x: 25, width: 25 });
  expect(windowSpan(starts, 1000, [3000, 9000], 100)).toEqual({ x: 75, width: 25 });
  expect(windowSpan(starts, 1000, [5000, 9000], 100)).toBeUndefined();
  expect(windowSpan([], 1000, [0, 1], 100)).toBeUndefined();
});
