import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { StoreHealth } from '@mapscope/store';
import { startHealthWatch } from './health-watch.ts';

const GOOD: StoreHealth = {
  batches: 2,
  expectedRows: 6,
  foundRows: 6,
  missingRows: 0,
  doubledRows: 0,
  differences: [],
  rollups: [],
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function watch(answers: readonly (StoreHealth | Error)[]) {
  const told: string[] = [];
  let asked = 0;
  const health = startHealthWatch({
    ask: () => {
      const answer = answers[Math.min(asked++, answers.length - 1)];
      return answer instanceof Error || answer === undefined ? Promise.reject(answer) : Promise.resolve(answer);
    },
    nowUnixNanos: () => 7n,
    tell: (event) => void told.push(event),
    firstMillis: 10,
    everyMillis: 100,
  });
  return { health, told, asked: () => asked };
}

test('asked beside the requests: whoever looks gets the last answer at once', async () => {
  const { health, told, asked } = watch([GOOD]);
  expect(health.latest()).toBeUndefined();
  await vi.advanceTimersByTimeAsync(11);
  expect(health.latest()).toEqual({ ...GOOD, checkedUnixNanos: 7n });
  for (let i = 0; i < 50; i++) health.latest();
  expect(asked()).toBe(1);
  await vi.advanceTimersByTimeAsync(101);
  expect(asked()).toBe(2);
  expect(told).toEqual([]);
  health.stop();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(asked()).toBe(2);
});

test('an engine that is away leaves the last answer, and is told; so are rows that are not there once', async () => {
  const { health, told } = watch([{ ...GOOD, missingRows: 3 }, new Error('away'), GOOD]);
  await vi.advanceTimersByTimeAsync(11);
  await vi.advanceTimersByTimeAsync(101);
  expect(health.latest()?.missingRows).toBe(3);
  expect(told).toEqual(['store-differs-from-ledger', 'store-health-unknown']);
  await vi.advanceTimersByTimeAsync(101);
  expect(health.latest()?.missingRows).toBe(0);
  health.stop();
});
