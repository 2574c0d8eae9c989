/**
 * What becomes of one Kafka message. Resolving means "done with it, commit"; rejecting means "try it again".
 *
 *   no batch of ours (BATCH_MALFORMED)          → dead letter, done
 *   inserted, then written into the ledger      → done; again with the same token when it comes again: no row twice
 *   refused, and its block is indeed at fault   → dead letter, done
 *   ClickHouse away, overloaded, misconfigured  → again, for ever: nothing behind it comes first, nothing is lost
 *
 * The writer never looks at a row it can insert: the block goes through as it came.
 */
import { type Batch, type BatchHeader, type BatchKind, MapscopeError, batchToken, decodeBatch } from '@mapscope/events';
import type { DeadLetterReason, StreamMessage } from '@mapscope/stream';
import { blockFault } from './block-fault.ts';
import type { WriterCounters } from './counters.ts';

/** The port: what the writer needs of a store. */
export interface SinkPort {
  readonly insertBlock: (kind: BatchKind, block: Uint8Array, token: string) => Promise<void>;
  readonly recordBatch: (entry: LedgerEntry, token: string) => Promise<void>;
}

export interface LedgerEntry {
  readonly agent: string;
  readonly boot: bigint;
  readonly family: string;
  readonly kind: BatchKind;
  readonly sequence: bigint;
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly rows: number;
}

export interface WriteNeeds {
  readonly sink: SinkPort;
  readonly deadLetter: (message: StreamMessage, reason: DeadLetterReason) => Promise<void>;
  readonly counters: WriterCounters;
  readonly onDeadLetter: (message: StreamMessage, reason: DeadLetterReason) => void;
}

export async function writeMessage(message: StreamMessage, needs: WriteNeeds): Promise<void> {
  const { counters } = needs;
  let batch: Batch | undefined;
  try {
    batch = decodeBatch(message.value ?? new Uint8Array());
    const { header, block } = batch;
    const token = batchToken(header);
    await needs.sink.insertBlock(header.kind, block, token);
    await needs.sink.recordBatch(ledgerEntry(header, message), token);
    counters.inserted(header.kind, header.rows, block.length);
  } catch (error) {
    if (!isDataProblem(error, batch)) {
      counters.retried();
      throw error;
    }
    const reason = { code: error.code, message: error.message };
    await needs.deadLetter(message, reason);
    counters.deadLettered();
    needs.onDeadLetter(message, reason);
  }
}

/** Would fail the same way for ever, and only for this message. */
function isDataProblem(error: unknown, batch: Batch | undefined): error is MapscopeError {
  if (!(error instanceof MapscopeError)) return false;
  if (error.code === 'BATCH_MALFORMED') return true;
  // ClickHouse's own codes do not tell bad data from a missing table or right (a bent type name is a "syntax error"),
  // so that is decided by looking into the block: only now, never for what is accepted.
  return error.code === 'CLICKHOUSE_REFUSED' && batch !== undefined && blockFault(batch) !== undefined;
}

function ledgerEntry(header: BatchHeader, message: StreamMessage): LedgerEntry {
  const { agent, boot, family, kind, sequence, rows } = header;
  const { topic, partition, offset } = message;
  return { agent, boot, family, kind, sequence, topic, partition, offset, rows };
}
