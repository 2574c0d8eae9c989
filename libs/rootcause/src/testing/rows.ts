/**
 * Requests and waits written as short rows in milliseconds, for tests of single steps.
 */
import type { LockKind } from '@mapscope/events';
import type { CodeSite, RequestColumns, WaitColumns } from '../evidence.ts';
import { GET, MS, ORIGIN, REBUILD, waitColumns } from './planted.ts';

export interface RequestRow {
  readonly id: string;
  readonly startMs: number;
  readonly durationMs: number;
  readonly route?: string;
}

export interface WaitRow {
  readonly id: string;
  readonly startMs: number;
  readonly waitMs: number;
  readonly at?: CodeSite;
  readonly by?: CodeSite;
  readonly lock?: string;
  readonly kind?: LockKind;
  readonly binding?: 'exact' | 'inherited';
}

export const requestRows = (rows: readonly RequestRow[]): RequestColumns => ({
  count: rows.length,
  total: rows.length,
  startUnixNanos: BigInt64Array.from(rows, (row) => ORIGIN + BigInt(Math.round(row.startMs * MS))),
  durationNanos: Float64Array.from(rows, (row) => row.durationMs * MS),
  traceIds: rows.map((row) => row.id),
  routes: rows.map((row) => row.route ?? '/'),
  platforms: rows.map(() => 'arch=amd64'),
});

export const waitRows = (rows: readonly WaitRow[]): WaitColumns =>
  waitColumns(
    rows.map((row) => ({
      at: row.at ?? GET,
      by: row.by ?? REBUILD,
      kind: row.kind ?? 'mutex',
      binding: row.binding ?? 'exact',
      ...(row.lock !== undefined && { lock: row.lock }),
      offsetNanos: row.startMs * MS,
      waitNanos: row.waitMs * MS,
      start: ORIGIN,
      id: row.id,
    })),
  );
