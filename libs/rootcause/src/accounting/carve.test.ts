import { expect, test } from 'vitest';
import { MS } from '../testing/planted.ts';
import { requestRows, waitRows } from '../testing/rows.ts';
import type { WaitRow } from '../testing/rows.ts';
import { seededRng } from '../statistics/rng.ts';
import { cohortOf } from './cohort.ts';
import { matchWaits } from './match.ts';
import { carve, dense } from './carve.ts';
import { PieceList } from './pieces.ts';

const cohort = cohortOf(
  requestRows([
    { id: 'a', startMs: 0, durationMs: 100 },
    { id: 'b', startMs: 0, durationMs: 50 },
  ]),
);

/** Milliseconds per request, for each of two candidates. */
const millis = (
  rows: readonly WaitRow[],
  candidates: readonly number[],
  ranks: readonly number[] = [1, 1],
): readonly (readonly number[])[] => {
  const matched = matchWaits(cohort, waitRows(rows));
  const pieces = new PieceList(0);
  candidates.forEach((cause, w) => {
    if (cause >= 0 && matched.request[w]! >= 0)
      pieces.add(matched.request[w]!, cause, matched.from[w]!, matched.to[w]!);
  });
  const table = carve(pieces, cohort.count, Uint8Array.from(ranks));
  return [0, 1].map((c) => Array.from(dense(table, c, 2), (nanos) => Math.round(nanos / MS)));
};

test.each<[string, readonly WaitRow[], readonly number[], readonly (readonly number[])[]]>([
  [
    'apart: they add up',
    [
      { id: 'a', startMs: 0, waitMs: 10 },
      { id: 'a', startMs: 20, waitMs: 5 },
    ],
    [0, 0],
    [
      [15, 0],
      [0, 0],
    ],
  ],
  [
    'overlapping: united',
    [
      { id: 'a', startMs: 0, waitMs: 10 },
      { id: 'a', startMs: 5, waitMs: 10 },
    ],
    [0, 0],
    [
      [15, 0],
      [0, 0],
    ],
  ],
  [
    'one in another: united',
    [
      { id: 'a', startMs: 0, waitMs: 30 },
      { id: 'a', startMs: 5, waitMs: 10 },
    ],
    [0, 0],
    [
      [30, 0],
      [0, 0],
    ],
  ],
  [
    'out of order',
    [
      { id: 'a', startMs: 20, waitMs: 5 },
      { id: 'a', startMs: 0, waitMs: 22 },
    ],
    [0, 0],
    [
      [25, 0],
      [0, 0],
    ],
  ],
  [
    'of two candidates: what overlaps belongs to the one that began last',
    [
      { id: 'a', startMs: 0, waitMs: 10 },
      { id: 'a', startMs: 5, waitMs: 10 },
    ],
    [0, 1],
    [
      [5, 0],
      [10, 0],
    ],
  ],
  [
    'of two requests',
    [
      { id: 'b', startMs: 0, waitMs: 70 },
      { id: 'a', startMs: 5, waitMs: 10 },
    ],
    [1, 1],
    [
      [0, 0],
      [10, 50],
    ],
  ],
  [
    'left out by candidate −1',
    [{ id: 'a', startMs: 0, waitMs: 10 }],
    [-1],
    [
      [0, 0],
      [0, 0],
    ],
  ],
])('waits %s', (_, rows, candidates, expected) => {
  expect(millis(rows, candidates)).toEqual(expected);
});

test('the union is what painting every millisecond gives', () => {
  const rng = seededRng(3);
  for (let round = 0; round < 200; round += 1) {
    const rows = Array.from({ length: 1 + Math.floor(rng() * 12) }, (): WaitRow => {
      return { id: 'a', startMs: Math.floor(rng() * 120) - 10, waitMs: Math.floor(rng() * 40) };
    });
    const painted = new Set(rows.flatMap((row) => Array.from({ length: row.waitMs }, (_, i) => row.startMs + i)));
    const inside = [...painted].filter((ms) => ms >= 0 && ms < 100).length;
    expect(
      millis(
        rows,
        rows.map(() => 0),
      )[0]![0],
    ).toBe(inside);
  }
});
