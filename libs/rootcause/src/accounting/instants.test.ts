import { expect, test } from 'vitest';
import { sinceOrigin } from './instants.ts';

test.each([
  [1_790_000_000_000_000_000n, 0n],
  [1_790_000_000_000_000_000n, 86_400_000_000_000n],
  [1_790_000_000_000_000_000n, -5n],
  [1_790_000_000_123_456_789n, 4_294_967_296n],
  [0xffff_ffffn, 1n],
])('%d + %d: the difference is exact, whichever half it is in', (origin, difference) => {
  expect(sinceOrigin(BigInt64Array.of(0n, origin + difference).subarray(1), origin)).toEqual(
    Float64Array.of(Number(difference)),
  );
});
