import { expect, test } from 'vitest';
import { GET, LOG, PUT } from '../testing/planted.ts';
import { numberLocks } from './locks.ts';
import { groupByLock } from './same-lock.ts';
import type { WaitingSite } from './sites.ts';

const mutex = (site: typeof GET): WaitingSite => ({ site, lockKind: 'mutex' });

const members = (sites: readonly WaitingSite[], waits: readonly [number, string, number][]): unknown =>
  groupByLock({
    sites,
    site: Uint32Array.from(waits, ([site]) => site),
    locks: numberLocks(
      waits.map(([, address]) => address),
      waits.length,
    ),
    nanos: Float64Array.from(waits, ([, , nanos]) => nanos),
  }).members;

test('sites that spend most of their wait on one lock are one candidate, led by the one that waited most', () => {
  expect(
    members(
      [mutex(GET), mutex(PUT), mutex(LOG)],
      [
        [0, '0x1', 10],
        [1, '0x1', 30],
        [2, '0x2', 5],
      ],
    ),
  ).toEqual([[1, 0], [2]]);
});

test('sites over many locks stay apart, even where they share them', () => {
  const spread = [0, 1].flatMap((site) =>
    ['0x1', '0x2', '0x3'].map((lock): [number, string, number] => [site, lock, 10]),
  );
  expect(members([mutex(GET), mutex(PUT)], spread)).toEqual([[0], [1]]);
});

test('waits that do not count, unknown addresses and other kinds of wait join nothing', () => {
  expect(
    members(
      [mutex(GET), mutex(PUT)],
      [
        [0, '0x1', 10],
        [1, '0x1', 0],
      ],
    ),
  ).toEqual([[0], [1]]);
  expect(
    members(
      [mutex(GET), mutex(PUT)],
      [
        [0, '0x0000000000000000', 10],
        [1, '0x0000000000000000', 9],
      ],
    ),
  ).toEqual([[0], [1]]);
  expect(
    members(
      [mutex(GET), { site: PUT, lockKind: 'waitgroup' }],
      [
        [0, '0x1', 10],
        [1, '0x1', 10],
      ],
    ),
  ).toEqual([[0], [1]]);
});
