import { expect, test } from 'vitest';
import { visibleRange } from './visible-range.ts';

const at = (ms: number): string => new Date(ms).toISOString();

test('baseline and window are seen whole with a margin, but not the future', () => {
  const windows = [
    { from: at(1_000_000), to: at(1_050_000) },
    { from: at(1_050_000), to: at(1_100_000) },
  ];
  expect(visibleRange(windows, 9_000_000)).toEqual([996_000, 1_104_000]);
  expect(visibleRange(windows, 1_101_000)).toEqual([996_000, 1_101_000]);
  expect(visibleRange(windows, 1_000)).toEqual([996_000, 1_100_000]);
});
