import { expect, test } from 'vitest';
import { benjaminiHochberg } from './benjamini-hochberg.ts';

test('adjusts as worked out by hand, in the order given', () => {
  // sorted .005 .009 .05 .1 .2 → ×5/rank: .025 .0225 .0833 .125 .2, then the running minimum from the right
  const adjusted = benjaminiHochberg([0.05, 0.005, 0.2, 0.009, 0.1]);
  const expected = [0.05 * (5 / 3), 0.0225, 0.2, 0.0225, 0.125];
  adjusted.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 12));
});

test('tests not listed weigh as p = 1; never above 1; empty stays empty', () => {
  expect(benjaminiHochberg([0.01], 50)[0]).toBeCloseTo(0.5, 12);
  expect(benjaminiHochberg([0.9, 0.5], 50)).toEqual([1, 1]);
  expect(benjaminiHochberg([])).toEqual([]);
});
