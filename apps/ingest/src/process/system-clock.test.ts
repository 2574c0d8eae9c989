import { expect, test } from 'vitest';
import { systemClock } from './system-clock.ts';

/** Two readings of a thread that the kernel interrupted between them are apart; the nearest of many pairs is not. */
function nearest(apart: () => number): number {
  return Math.min(...Array.from({ length: 200 }, () => Math.abs(apart())));
}

test('unix time agrees with the wall clock, and both clocks measure the same passing of time', async () => {
  const clock = systemClock();
  // Date.now() cuts the part of a millisecond off
  expect(nearest(() => Number(clock.unixNanos()) / 1e6 - Date.now())).toBeLessThan(1.1);
  const before = { unix: clock.unixNanos(), monotonic: clock.monotonicNanos() };
  await new Promise((resolve) => setTimeout(resolve, 20));
  const unix = clock.unixNanos() - before.unix;
  expect(unix).toBeGreaterThan(15_000_000n);
  const passed = (): number =>
    Number(clock.unixNanos() - before.unix) - Number(clock.monotonicNanos() - before.monotonic);
  expect(nearest(passed)).toBeLessThan(1_000_000);
});
