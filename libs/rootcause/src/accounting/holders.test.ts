import { expect, test } from 'vitest';
import type { CodeSite } from '../evidence.ts';
import { GET, LOG, PUT, REBUILD } from '../testing/planted.ts';
import { requestRows, waitRows } from '../testing/rows.ts';
import type { WaitRow } from '../testing/rows.ts';
import { cohortOf } from './cohort.ts';
import { dividedByRelease, releasesOf } from './holders.ts';
import { numberLocks } from './locks.ts';
import { matchWaits } from './match.ts';

const cohort = cohortOf(requestRows([{ id: 'a', startMs: 0, durationMs: 1000 }]));

const shares = (rows: readonly WaitRow[], chosen: readonly number[]): readonly [CodeSite, number][] => {
  const waits = waitRows(rows);
  const matched = matchWaits(cohort, waits);
  const holders = dividedByRelease(
    waits,
    matched,
    releasesOf(numberLocks(waits.lockAddresses, waits.count), matched),
    Uint32Array.from(chosen),
  );
  return holders.map((holder) => [holder.site, Math.round(holder.share * 1000) / 1000]);
};

const wait = (startMs: number, endMs: number, by: CodeSite, lock = '0x1'): WaitRow => ({
  id: 'a',
  startMs,
  waitMs: endMs - startMs,
  by,
  lock,
});

test('a wait with one release belongs to it whole', () => {
  expect(shares([wait(0, 200, REBUILD)], [0])).toEqual([[REBUILD, 1]]);
});

test('a wait is divided among the releases inside it, each getting the time since the one before', () => {
  // Rebuild lets go at 200 and wakes the first; each waiter then wakes the next.
  const rows = [wait(0, 200, REBUILD), wait(10, 210, GET), wait(20, 250, PUT)];
  expect(shares(rows, [2])).toEqual([
    [REBUILD, 0.783],
    [PUT, 0.174],
    [GET, 0.043],
  ]);
});

test('many waits: the same as dividing each alone', () => {
  const rows = [wait(0, 200, REBUILD), wait(10, 210, GET), wait(20, 250, PUT), wait(205, 260, GET)];
  // nanoseconds by hand: Rebuild 200+190+180 = 570, Get (0+10+10+0) + last: 5 of 210, 40 of 250 for Put, 10 of 260 for Get
  const total = 200 + 200 + 230 + 55;
  const rebuild = 200 + 190 + 180;
  const put = 40 + 40;
  expect(shares(rows, [0, 1, 2, 3])).toEqual([
    [REBUILD, Math.round((rebuild / total) * 1000) / 1000],
    [PUT, Math.round((put / total) * 1000) / 1000],
    [GET, Math.round(((total - rebuild - put) / total) * 1000) / 1000],
  ]);
});

test('releases of other locks, and releases before the wait, take no part', () => {
  const rows = [wait(0, 100, LOG, '0x2'), wait(0, 40, PUT), wait(50, 150, REBUILD)];
  expect(shares(rows, [2])).toEqual([[REBUILD, 1]]);
});

test('nothing waited, nobody held', () => {
  expect(shares([wait(0, 100, LOG)], [])).toEqual([]);
});
