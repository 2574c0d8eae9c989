import { expect, test } from 'vitest';
import type { LatencyPoint } from '../evidence.ts';
import { chooseWindows, firstStep, widerStep } from './windows.ts';

const SECOND = 1_000_000_000n;
const range = (seconds: number): { fromUnixNanos: bigint; toUnixNanos: bigint } => ({
  fromUnixNanos: 0n,
  toUnixNanos: BigInt(seconds) * SECOND,
});
const points = (p99s: readonly number[], requests = 500): readonly LatencyPoint[] =>
  p99s.map((p99, i) => ({ startUnixNanos: BigInt(i * 5) * SECOND, requests, p50Nanos: 1e7, p99Nanos: p99 * 1e6 }));

const seconds = (window: { fromUnixNanos: bigint; toUnixNanos: bigint }): readonly number[] => [
  Number(window.fromUnixNanos / SECOND),
  Number(window.toUnixNanos / SECOND),
];

test.each([
  [
    'an open spike lasts to now, the quiet part before it is the baseline',
    [40, 41, 40, 42, 40, 300, 310, 305],
    42,
    [25, 42],
    [0, 25],
  ],
  [
    'a closed spike ends with its last high point',
    [40, 41, 40, 42, 40, 300, 310, 305, 40, 41, 40],
    55,
    [25, 40],
    [0, 25],
  ],
  [
    'of two spikes the last, its baseline between them',
    [40, 41, 40, 42, 40, 300, 310, 305, 40, 41, 40, 300, 310, 305],
    70,
    [55, 70],
    [40, 55],
  ],
  ['without a spike the later half against the earlier', [40, 41, 40, 42, 40, 41], 30, [15, 30], [0, 15]],
])('%s', (_, p99s, length, window, baseline) => {
  const chosen = chooseWindows(points(p99s), range(length), 5);
  expect(seconds(chosen.window)).toEqual(window);
  expect(seconds(chosen.baseline)).toEqual(baseline);
});

test('a service that began within the range is halved from its beginning', () => {
  const late = points([40, 41, 40, 42]).map((point) => ({
    ...point,
    startUnixNanos: point.startUnixNanos + 80n * SECOND,
  }));
  expect(seconds(chooseWindows(late, range(100), 5).baseline)).toEqual([80, 90]);
});

test.each([
  [900, 2],
  [3600, 5],
  [86_400, 120],
  [1_000_000, 300],
  [300, 2],
  [60, 2],
])('a range of %d s is asked for in steps of %d s', (length, step) => {
  expect(firstStep(range(length))).toBe(step);
});

test('a quiet service is asked for in wider steps, a busy or silent one is not', () => {
  expect(widerStep(points([40, 40], 10), range(900), 5)).toBe(50);
  expect(widerStep(points([40, 40], 1), range(900), 5)).toBe(75);
  expect(widerStep(points([40, 40], 500), range(900), 5)).toBe(5);
  expect(widerStep([], range(900), 5)).toBe(5);
});
