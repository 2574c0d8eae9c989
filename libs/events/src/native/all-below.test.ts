import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { areAllBelow } from './all-below.ts';

test('says of any bytes, at any offset, what looking at each of them says', () => {
  const near = fc.nat({ max: 6 }).map((distance) => distance - 3);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat({ max: 5 }), near, (bytes, skip, distance) => {
      const part = bytes.subarray(skip);
      const limit = Math.max(0, Math.max(0, ...part) + distance);
      expect(areAllBelow(limit, part)).toBe(part.every((byte) => byte < limit));
    }),
    { numRuns: 2000, interruptAfterTimeLimit: 2000 },
  );
});

test('256 keys leave no byte out', () => {
  expect(areAllBelow(256, Uint8Array.of(0, 128, 255, 254, 7))).toBe(true);
});
