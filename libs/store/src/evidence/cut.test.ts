import { expect, test } from 'vitest';
import { divisorOf } from './cut.ts';

test.each([
  [0, 1],
  [200_000, 1],
  [200_001, 2],
  [400_000, 2],
  [900_000, 8],
  [100_000_000, 512],
])('%i requests keep every %i-th trace of a bound of 200 000', (total, divisor) => {
  expect(divisorOf(total, 200_000)).toBe(divisor);
});
