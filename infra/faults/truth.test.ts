import { describe, expect, test } from 'vitest';
import { explainedShare, p99Without, quantile, type Truth } from './truth.ts';

/** A hundred requests of 20 ms, the last of them slower: by how much, and for how long it waited. */
const run = (slow: readonly (readonly [duration: number, wait: number])[]): Truth => {
  const quick = Array.from({ length: 100 - slow.length }, () => [20, 0] as const);
  const rows = [...quick, ...slow];
  return { durationNanos: rows.map(([duration]) => duration), waitNanos: { fault: rows.map(([, wait]) => wait) } };
};

describe("the service's own account", () => {
  test.each<[string, Truth, number]>([
    ['all of the extra time was waited', run([[120, 100]]), 1],
    ['half of it', run([[120, 50]]), 0.5],
    [
      'a wait of a request that was not slow explains nothing',
      run([
        [120, 0],
        [20, 15],
      ]),
      0,
    ],
    ['nobody was slow', run([]), 0],
  ])('%s', (_, on, share) => expect(explainedShare(run([]), on, 'fault')).toBe(share));

  test('what is usual is no extra: neither of the duration nor of the wait', () => {
    const usual = {
      durationNanos: Array.from({ length: 9 }, () => 30),
      waitNanos: { fault: Array.from({ length: 9 }, () => 10) },
    };
    const on = { durationNanos: [130], waitNanos: { fault: [60] } };
    expect(explainedShare(usual, on, 'fault')).toBe(0.5);
  });

  test('p99 by nearest rank, with and without the wait', () => {
    expect(quantile([3, 1, 2], 0.5)).toBe(2);
    expect(quantile([], 0.99)).toBe(0);
    const on = run([
      [120, 100],
      [220, 200],
    ]);
    expect(quantile(on.durationNanos, 0.99)).toBe(120);
    expect(p99Without(on, 'fault')).toBe(20);
  });
});
