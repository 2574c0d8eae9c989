/**
 * What becomes of one Kafka message. Resolving means "done with it, commit"; rejecting means "try it again".
 *
 *   no batch of ours (BATCH_MALFORMED)          → dead letter, done
 *   inserted, then written into the ledger      → done; again with the same token when it comes again: no row twice
 *   refused because of its data                 → dead letter, done
 *   ClickHouse away, overloaded, misconfigured  → again, for ever: nothing behind it comes first, nothing is lost
 *
 * The writer never looks at a row: the block goes through as it came.
 */
import { type BatchHeader, type BatchKind, MapscopeError, batchToken, decodeBatch } from '@mapscope/events';
import type { DeadLetterReason, StreamMessage } from '@mapscope/stream';
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
  try {
    const { header, block } = decodeBatch(message.value ?? new Uint8Array());
    const token = batchToken(header);
    await needs.sink.insertBlock(header.kind, block, token);
    await needs.sink.recordBatch(ledgerEntry(header, message), token);
    counters.inserted(header.kind, header.rows, block.length);
  } catch (error) {
    if (!isDataProblem(error)) {
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
function isDataProblem(error: unknown): error is MapscopeError {
  if (!(error instanceof MapscopeError)) return false;
  return error.code === 'BATCH_MALFORMED' || (error.code === 'CLICKHOUSE_REFUSED' && blamesData(error));
}

/**
 * ClickHouse exception codes that blame the bytes or values of an insert (src/Common/ErrorCodes.cpp); others
 * (memory, disk, access, missing table, too many parts) pass or are mended by people, and the message waits.
 */
const DATA_CODES: ReadonlySet<number> = new Set([
  6, // CANNOT_PARSE_TEXT
  8, // THERE_IS_NO_COLUMN
  9, // SIZES_OF_COLUMNS_DOESNT_MATCH
  10, // NOT_FOUND_COLUMN_IN_BLOCK
  16, // NO_SUCH_COLUMN_IN_TABLE
  20, // NUMBER_OF_COLUMNS_DOESNT_MATCH
  27, // CANNOT_PARSE_INPUT_ASSERTION_FAILED
  32, // ATTEMPT_TO_READ_AFTER_EOF
  33, // CANNOT_READ_ALL_DATA
  50, // UNKNOWN_TYPE
  53, // TYPE_MISMATCH
  70, // CANNOT_CONVERT_TYPE
  117, // INCORRECT_DATA
  128, // TOO_LARGE_ARRAY_SIZE
  131, // TOO_LARGE_STRING_SIZE
]);

function blamesData(error: MapscopeError): boolean {
  return DATA_CODES.has(Number(error.facts['clickhouseCode']));
}

function ledgerEntry(header: BatchHeader, message: StreamMessage): LedgerEntry {
  const { agent, boot, family, kind, sequence, rows } = header;
  const { topic, partition, offset } = message;
  return { agent, boot, family, kind, sequence, topic, partition, offset, rows };
}
