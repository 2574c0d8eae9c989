/** Pairs of lines that wait for one another, of one or several services. Pure. */
import type { ContentionAnswer, ContentionRowJson } from '@mapscope/contract';
import { count, duration, ratio } from './numbers.ts';
import { place } from './places.ts';
import { type Column, table } from './table.ts';

export interface ContendedRow extends ContentionRowJson {
  readonly service: string;
}

/** Most waited first. */
export const mergeContended = (answers: readonly ContentionAnswer[], limit: number): readonly ContendedRow[] =>
  answers
    .flatMap(({ service, items }) => items.map((row) => ({ service, ...row })))
    .sort((a, b) => b.waitMs - a.waitMs)
    .slice(0, limit);

const COLUMNS: readonly Column[] = [
  { title: 'SERVICE' },
  { title: 'WAITED/S', right: true },
  { title: 'WAITS/S', right: true },
  { title: 'RATIO', right: true },
  { title: 'LONGEST', right: true },
  { title: 'KIND' },
  { title: 'WAITER' },
  { title: 'HOLDER' },
];

/** Rates over the window, so that windows of different lengths compare. */
export function contendedTable(rows: readonly ContendedRow[], windowSeconds: number): string {
  if (rows.length === 0) return 'nobody waited for a lock in the window';
  const cells = rows.map((row) => [
    row.service,
    duration(row.waitMs / windowSeconds),
    perSecond(row.waits / windowSeconds),
    ratio(row.contentionRatio),
    duration(row.maxWaitMs),
    row.lockKind,
    place(row.waiter),
    place(row.releasedAt),
  ]);
  return table(COLUMNS, cells);
}

const perSecond = (rate: number): string => (rate < 9.95 ? rate.toFixed(1) : count(rate));
