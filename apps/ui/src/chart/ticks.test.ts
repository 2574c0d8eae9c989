import { expect, test } from 'vitest';
import { niceStep, ticksFromZero } from './ticks.ts';

test('ticks are round and lie inside the span', () => {
  expect(ticksFromZero(310, 6)).toEqual([0, 100, 200, 300]);
  expect(ticksFromZero(0.31, 6)).toEqual([0, 0.1, 0.2, 0.3]);
  expect(ticksFromZero(1000, 5)).toEqual([0, 200, 400, 600, 800, 1000]);
  expect(ticksFromZero(0, 5)).toEqual([0]);
  expect(niceStep(Number.NaN, 5)).toBe(1);
});

test('there are never many more ticks than wanted', () => {
  for (let span = 0.001; span < 1e6; span *= 1.37) expect(ticksFromZero(span, 6).length).toBeLessThanOrEqual(7);
});
