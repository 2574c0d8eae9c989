/**
 * Inserts, each with a token that names exactly what is in it: sent again after a crash or a lost answer, it changes
 * nothing, neither in the table nor in its roll-ups. The token stands in the statement, where every server obeys it.
 */
import { BATCH_KINDS, type BatchKind, MapscopeError } from '@mapscope/events';
import type { Clickhouse } from './connection/clickhouse.ts';
import type { BatchLedgerEntry } from './records.ts';

/** Native blocks whose columns are those of TABLES[kind], one after the other in one insert; they go through as they are. */
export function insertBlocks(
  clickhouse: Clickhouse,
  kind: BatchKind,
  blocks: readonly Uint8Array[],
  token: string,
): Promise<void> {
  if (!Object.hasOwn(BATCH_KINDS, kind)) {
    throw new MapscopeError(
      'BATCH_MALFORMED',
      `"${kind}" is not a batch kind: use one of ${Object.keys(BATCH_KINDS).join(', ')}`,
    );
  }
  return clickhouse.insert(`insert-${kind}`, insertStatement(kind, token, 'Native'), blocks);
}

/** One insert, so that of several batches all are in the ledger or none. */
export function recordBatches(
  clickhouse: Clickhouse,
  entries: readonly BatchLedgerEntry[],
  token: string,
): Promise<void> {
  const rows = Buffer.from(entries.map((entry) => JSON.stringify(ledgerRow(entry))).join('\n'));
  return clickhouse.insert('insert-ledger', insertStatement('batches', token, 'JSONEachRow'), [rows]);
}

function ledgerRow({ firstUnixNanos, lastUnixNanos, ...entry }: BatchLedgerEntry): Readonly<Record<string, unknown>> {
  const times = { first_unix_ns: String(firstUnixNanos ?? 0n), last_unix_ns: String(lastUnixNanos ?? 0n) };
  return { ...entry, boot: String(entry.boot), sequence: String(entry.sequence), ...times };
}

/**
 * All or nothing: the whole body is one block of the engine, so that a body that turns out unreadable half-way has
 * written nothing (ClickHouse squashes what it reads up to these sizes before it writes). A body is far below them.
 * Views obey the token only when told to; without, a roll-up whose base row survived a crash would stay short.
 */
const WHOLE = [
  'min_insert_block_size_rows=1000000000',
  'min_insert_block_size_bytes=4000000000',
  'max_insert_threads=1',
  'deduplicate_blocks_in_dependent_materialized_views=1',
].join(', ');

function insertStatement(table: string, token: string, format: string): string {
  return `INSERT INTO ${table} SETTINGS insert_deduplication_token='${checkedToken(token)}', ${WHOLE} FORMAT ${format}`;
}

function checkedToken(token: string): string {
  if (/^[0-9a-z_-]{1,200}$/.test(token)) return token;
  throw new MapscopeError(
    'BATCH_MALFORMED',
    `"${token.slice(0, 80)}" is not a deduplication token: 1 to 200 of 0-9 a-z _ -`,
  );
}
