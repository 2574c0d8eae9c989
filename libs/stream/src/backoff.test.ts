import { expect, test } from 'vitest';
import { backoffMillis, pause } from './backoff.ts';

test.each([
  [1, 0, 50],
  [1, 1, 100],
  [2, 1, 200],
  [3, 0.5, 300],
  [9, 1, 1_000],
  [500, 1, 1_000],
])('attempt %i with chance %f waits %i ms', (attempt, chance, expected) => {
  expect(backoffMillis({ firstMillis: 100, maxMillis: 1_000 }, attempt, chance)).toBe(expected);
});

test('a pause ends when aborted', async () => {
  const stop = new AbortController();
  const before = performance.now();
  const paused = pause(60_000, stop.signal);
  stop.abort();
  await paused;
  await pause(60_000, stop.signal);
  expect(performance.now() - before).toBeLessThan(1_000);
});
