import type { HeatmapAnswer } from '@mapscope/contract';
import { expect, test } from 'vitest';
import { bucketMs, cellsOf, coarser, decadesOf, latencyRangeOf, legendOf, SHADES, shadeOf, stepsOf } from './cells.ts';

const answer = (part: Partial<HeatmapAnswer> = {}): HeatmapAnswer => ({
  service: 'order',
  window: { from: '2026-11-20T10:00:00Z', to: '2026-11-20T10:05:00Z' },
  stepMs: 10_000,
  bucketsPerOctave: 8,
  source: 'requests',
  series: { startUnixMs: [0, 10_000, 30_000], requests: [101, 1, 3], p50Ms: [40, 40, 5], p99Ms: [310, 40, 5] },
  cells: { steps: [0, 0, 1, 2], buckets: [202, 225, 202, 178], requests: [100, 1, 1, 3] },
  ...part,
});

test('a bucket is where the store put it: 40 ms in 202 of eight an octave, 101 of four', () => {
  for (const [bucket, perOctave] of [
    [202, 8],
    [101, 4],
  ] as const) {
    expect(bucketMs(bucket, perOctave)).toBeLessThanOrEqual(40);
    expect(bucketMs(bucket + 1, perOctave)).toBeGreaterThan(40);
  }
});

test('one request is seen beside thousands: shades are of the logarithm, the first for one, the last for most', () => {
  expect([1, 2, 1000, 9_999, 10_000].map((n) => shadeOf(n, 10_000))).toEqual([0, 0, 5, 6, 6]);
  expect(shadeOf(1, 1)).toBe(SHADES - 1);
  expect(cellsOf(answer()).map(({ shade }) => shade)).toEqual([6, 0, 0, 1]);
});

test('the legend begins at one request, rises, and says of each shade what has it', () => {
  for (const most of [1, 2, 5, 100, 12_345]) {
    const legend = legendOf(most);
    expect(legend[0]?.from).toBe(1);
    for (const { shade, from } of legend) expect(shadeOf(from, most), `${from} of ${most}`).toBe(shade);
    expect(legend.every(({ from }, i) => from > (legend[i - 1]?.from ?? 0))).toBe(true);
  }
  expect(legendOf(0)).toEqual([]);
});

test('five decades of latency are drawn in higher cells, none is lost', () => {
  const wide = answer({ cells: { steps: [0, 0, 1, 1], buckets: [100, 101, 100, 240], requests: [4, 3, 2, 1] } });
  const made = coarser(wide);
  expect(made.bucketsPerOctave).toBe(2);
  expect(made.cells).toEqual({ steps: [0, 1, 1], buckets: [25, 25, 60], requests: [7, 2, 1] });
  expect(coarser(answer())).toEqual(answer());
});

test('a time without requests is a gap in the lines', () => {
  expect(stepsOf(answer())).toEqual({
    startUnixMs: [0, 10_000, 20_000, 30_000],
    requests: [101, 1, 0, 3],
    p50Ms: [40, 40, null, 5],
    p99Ms: [310, 40, null, 5],
  });
  const none = answer({ series: { startUnixMs: [], requests: [], p50Ms: [], p99Ms: [] } });
  expect(stepsOf(none).startUnixMs).toEqual([]);
});

test('the axis holds every cell, and the table counts every request once', () => {
  const [low, high] = latencyRangeOf(answer());
  expect(low).toBeLessThan(5.5);
  expect(high).toBeGreaterThan(290);
  const { upToMs, counts } = decadesOf(answer());
  expect(upToMs).toEqual([10, 100, 1000]);
  expect(counts).toEqual([
    [0, 100, 1],
    [0, 1, 0],
    [3, 0, 0],
  ]);
  expect(latencyRangeOf(answer({ cells: { steps: [], buckets: [], requests: [] } }))).toEqual([1, 1000]);
});
