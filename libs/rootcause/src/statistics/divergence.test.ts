import { expect, test } from 'vitest';
import { entropy, klDivergence } from './divergence.ts';
import type { Mix } from './divergence.ts';

const mix = (counts: Record<string, number>, total: number): Mix => ({
  counts: new Map(Object.entries(counts)),
  total,
});

test.each<[string, Mix, Mix, number, number]>([
  ['a third value unseen in most', mix({ yes: 10, no: 200 }, 6210), mix({ yes: 10 }, 610), 0.297377, 5],
  ['the same without unseen bucket', mix({ yes: 10, no: 200 }, 210), mix({ yes: 10 }, 10), 8.58045, 4],
  [
    'a value new to the cohort',
    mix({ edge: 249_804, firefox: 249_578, chrome: 249_489, safari: 249_194 }, 998_065),
    mix({ unknown: 1351, safari: 197, edge: 195, firefox: 192 }, 1935),
    3.95475,
    5,
  ],
  ['20/1000 against 83/100', mix({ waited: 20 }, 1000), mix({ waited: 83 }, 100), 1.6422, 4],
  ['equal mixes', mix({ a: 500, b: 500 }, 1000), mix({ a: 50, b: 50 }, 100), 0, 6],
])('KL: %s', (_, baseline, cohort, expected, digits) => {
  expect(klDivergence(baseline, cohort)).toBeCloseTo(expected, digits);
});

test('entropy counts the unseen bucket', () => {
  expect(entropy(mix({ waited: 83 }, 100))).toBeCloseTo(0.4559, 4);
  expect(entropy(mix({ a: 5 }, 5))).toBe(0);
});
