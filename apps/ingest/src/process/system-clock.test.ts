import { expect, test } from 'vitest';
import { systemClock } from './system-clock.ts';

test('unix time agrees with the wall clock, and both clocks measure the same passing of time', async () => {
  const clock = systemClock();
  expect(Math.abs(Number(clock.unixNanos()) / 1e6 - Date.now())).toBeLessThan(3);
  const before = { unix: clock.unixNanos(), monotonic: clock.monotonicNanos() };
  await new Promise((resolve) => setTimeout(resolve, 20));
  const unix = clock.unixNanos() - before.unix;
  const monotonic = clock.monotonicNanos() - before.monotonic;
  expect(unix).toBeGreaterThan(15_000_000n);
  expect(Math.abs(Number(unix - monotonic))).toBeLessThan(1_000_000);
});
