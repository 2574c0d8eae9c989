import { expect, test } from 'vitest';
import { count, percent, percentRange, plural, pValue, ratio, points, pointsRange } from './number.ts';

test('a share never looks like all or nothing when it is not', () => {
  const cases: readonly (readonly [number | null, string])[] = [
    [0, '0 %'],
    [0.0001, '0.1 %'],
    [0.004, '0.4 %'],
    [0.814, '81 %'],
    [0.9987, '99.9 %'],
    [0.99999, '99.9 %'],
    [1, '100 %'],
    [-0.25, '−25 %'],
    [null, '–'],
  ];
  for (const [share, text] of cases) expect(percent(share)).toBe(text);
});

test('counts, intervals and ratios are grouped and rounded', () => {
  expect(count(21_870)).toBe('21\u202F870');
  expect(count(870)).toBe('870');
  expect(percentRange({ value: 0.81, low: 0.772, high: 0.838 })).toBe('77–84 %');
  expect(ratio(0.312)).toBe('0.31');
  expect(ratio(0.0034)).toBe('0.003');
  expect(ratio(-0.02)).toBe('−0.02');
  expect(ratio(null)).toBe('–');
  expect(pValue(1e-12)).toBe('< 0.001');
  expect(pValue(0.21)).toBe('= 0.21');
  expect(plural(1, 'wait')).toBe('1 wait');
  expect(plural(1200, 'wait')).toBe('1\u202F200 waits');
});

test('a difference of shares has its sign and is said in points', () => {
  const cases = [
    [0.92, '+92'],
    [0.004, '+0.4'],
    [0.0001, '0'],
    [0, '0'],
    [-0.002, '−0.2'],
    [-0.4, '−40'],
  ] as const;
  for (const [share, words] of cases) expect(points(share), String(share)).toBe(words);
  expect(pointsRange({ value: 0, low: -0.02, high: 0.03 })).toBe('−2 to +3');
});
