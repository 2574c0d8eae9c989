import { array, assert, integer, property } from 'fast-check';
import { expect, test } from 'vitest';
import { quantileOf } from './histogram.ts';

const bucketOf = (nanos: number): number => Math.floor(4 * Math.log2(nanos));

test('an empty histogram has quantile 0, one bucket is spread inside itself', () => {
  expect(quantileOf(new Map(), 0.99)).toBe(0);
  expect(quantileOf(new Map([[101, 10]]), 0.5)).toBeCloseTo(2 ** (101.5 / 4), 3);
});

test('a quantile is never farther from the exact one than one bucket is wide', () => {
  assert(
    property(array(integer({ min: 1, max: 2 ** 40 }), { minLength: 1, maxLength: 200 }), (values) => {
      const histogram = new Map<number, number>();
      for (const value of values) histogram.set(bucketOf(value), (histogram.get(bucketOf(value)) ?? 0) + 1);
      const sorted = values.toSorted((a, b) => a - b);
      for (const quantile of [0.5, 0.99]) {
        const exact = sorted[Math.ceil(quantile * sorted.length) - 1] ?? 0;
        const ratio = quantileOf(histogram, quantile) / exact;
        expect(ratio).toBeGreaterThan(2 ** -0.2501);
        expect(ratio).toBeLessThan(2 ** 0.2501);
      }
    }),
    { interruptAfterTimeLimit: 1_000 },
  );
});
