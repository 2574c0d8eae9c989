import { expect, test } from 'vitest';
import { matrixOf, type Pair } from './matrix.ts';

const site = (name: string) => ({ function: name, file: `${name}.go`, line: 1 });
const pair = (waiter: string, holder: string, waitMs: number): Pair => ({
  waiter: site(waiter),
  releasedAt: site(holder),
  waits: 1,
  waitMs,
  maxWaitMs: waitMs,
});

test('pairs of several platforms are one field, most waited first on both sides', () => {
  const matrix = matrixOf([
    pair('Get', 'Evict', 10),
    pair('Get', 'Rebuild', 60),
    pair('Get', 'Rebuild', 40),
    pair('List', 'Rebuild', 20),
  ]);
  expect(matrix.waiters.map((one) => one.function)).toEqual(['Get', 'List']);
  expect(matrix.holders.map((one) => one.function)).toEqual(['Rebuild', 'Evict']);
  expect(matrix.fields[0]?.[0]).toEqual({ waits: 2, waitMs: 100, maxWaitMs: 60, shade: 6 });
  expect(matrix.fields[1]?.[0]?.shade).toBe(1);
  expect(matrix.fields[1]?.[1]).toBeUndefined();
  expect(matrix.left).toBe(0);
});

test('what does not fit is counted', () => {
  const matrix = matrixOf(Array.from({ length: 11 }, (_, i) => pair(`W${i}`, 'H', 100 - i)));
  expect([matrix.waiters.length, matrix.left]).toEqual([8, 3]);
  expect(matrixOf([])).toEqual({ waiters: [], holders: [], fields: [], left: 0 });
});
