/**
 * Inserts, each with the batch's identity as its token: sent again after a crash or a lost answer, it changes nothing,
 * neither in the table nor in its roll-ups. The token stands in the statement, where every server obeys it.
 */
import { BATCH_KINDS, type BatchKind, MapscopeError } from '@mapscope/events';
import type { Clickhouse } from './connection/clickhouse.ts';
import type { BatchLedgerEntry } from './records.ts';

/** `block` is one Native block whose columns are those of TABLES[kind]; it goes through as it is. */
export function insertBlock(clickhouse: Clickhouse, kind: BatchKind, block: Uint8Array, token: string): Promise<void> {
  if (!Object.hasOwn(BATCH_KINDS, kind)) {
    throw new MapscopeError(
      'BATCH_MALFORMED',
      `"${kind}" is not a batch kind: use one of ${Object.keys(BATCH_KINDS).join(', ')}`,
    );
  }
  return clickhouse.insert(`insert-${kind}`, insertStatement(kind, token, 'Native'), block);
}

export function recordBatch(clickhouse: Clickhouse, entry: BatchLedgerEntry, token: string): Promise<void> {
  const row = { ...entry, boot: entry.boot.toString(), sequence: entry.sequence.toString() };
  return clickhouse.insert(
    'insert-ledger',
    insertStatement('batches', token, 'JSONEachRow'),
    Buffer.from(JSON.stringify(row)),
  );
}

/** Views obey the token only when told to; without, a roll-up whose base row survived a crash would stay short. */
function insertStatement(table: string, token: string, format: string): string {
  return `INSERT INTO ${table} SETTINGS insert_deduplication_token='${checkedToken(token)}', deduplicate_blocks_in_dependent_materialized_views=1 FORMAT ${format}`;
}

function checkedToken(token: string): string {
  if (/^[0-9a-z_-]{1,200}$/.test(token)) return token;
  throw new MapscopeError(
    'BATCH_MALFORMED',
    `"${token.slice(0, 80)}" is not a deduplication token: use batchToken(header), 1 to 200 of 0-9 a-z _ -`,
  );
}
