import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { timeRange } from './time-range.ts';

const near = fc.constantFrom(
  0n,
  1n,
  -1n,
  2n ** 32n,
  -(2n ** 32n),
  2n ** 63n - 1n,
  -(2n ** 63n),
  1_795_000_000_000_000_000n,
);

test('is that of the times compared one by one, before 1970 and beyond 2^32 too', () => {
  const time = fc.oneof(near, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }));
  fc.assert(
    fc.property(fc.array(time, { minLength: 1, maxLength: 50 }), (times) => {
      const sorted = times.toSorted((a, b) => Number(a > b) - Number(a < b));
      expect(timeRange(BigInt64Array.from(times))).toEqual([sorted[0], sorted.at(-1)]);
    }),
    { numRuns: 1000, interruptAfterTimeLimit: 2000 },
  );
});

test('of no times is 1970', () => expect(timeRange(new BigInt64Array(0))).toEqual([0n, 0n]));
