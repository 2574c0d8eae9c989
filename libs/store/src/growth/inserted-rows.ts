/**
 * The rows of a table that were inserted in a window of time, by the ledger: it says when each batch was inserted, and
 * between which times its rows lie, so no more than those parts of the table are read.
 */
import { type BatchKind, TABLES } from '@mapscope/events';
import type { Clickhouse, Parameters } from '../connection/clickhouse.ts';
import type { InsertedWindow } from './records.ts';

/** Groups beyond these are left out, the smallest first: they would be no series of a page either. */
export const MAX_GROUPS = 5000;

interface Ask {
  readonly select: string;
  /** the grouping columns */
  readonly by: string;
  /** what decides when there are too many groups */
  readonly largest: string;
  readonly where?: string;
  readonly parameters?: Parameters;
}

export async function sumInserted<Row>(
  clickhouse: Clickhouse,
  kind: BatchKind,
  { fromUnixMillis, toUnixMillis }: InsertedWindow,
  ask: Ask,
): Promise<readonly Row[]> {
  const time = TABLES[kind][0].name;
  const sql = `WITH book AS (
  SELECT agent, sequence, min(first_unix_ns) AS first, max(last_unix_ns) AS last FROM batches
  WHERE kind = '${kind}' AND inserted_at >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')
    AND inserted_at < fromUnixTimestamp64Milli({until:Int64}, 'UTC') AND first_unix_ns > 0
  GROUP BY agent, sequence)
SELECT ${ask.by}, ${ask.select} FROM ${kind}
WHERE ${time} >= fromUnixTimestamp64Nano((SELECT min(first) FROM book), 'UTC')
  AND ${time} <= fromUnixTimestamp64Nano((SELECT max(last) FROM book), 'UTC')
  AND (agent, batch_seq) IN (SELECT agent, sequence FROM book) AND ${ask.where ?? '1'}
GROUP BY ${ask.by} ORDER BY ${ask.largest} DESC, ${ask.by} LIMIT ${MAX_GROUPS}`;
  const parameters = { since: BigInt(fromUnixMillis), until: BigInt(toUnixMillis), ...ask.parameters };
  return clickhouse.rows<Row>({ name: `growth-${kind}`, sql, parameters });
}
