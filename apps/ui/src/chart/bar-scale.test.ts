import { expect, test } from 'vitest';
import { placeOn, trackEnd } from './bar-scale.ts';

test('the largest value fits on the track, and an empty track does not divide by nought', () => {
  const end = trackEnd([40, 310, null, undefined, Number.NaN]);
  expect(placeOn(310, end)).toBeLessThan(100);
  expect(placeOn(310, end)).toBeGreaterThan(90);
  expect(placeOn(0, trackEnd([]))).toBe(0);
});

test('what lies outside is drawn at the edge', () => {
  expect(placeOn(-3, 10)).toBe(0);
  expect(placeOn(30, 10)).toBe(100);
  expect(placeOn(Number.NaN, 10)).toBe(0);
});
