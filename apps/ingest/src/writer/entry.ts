/** A Kafka message as the writer sees it: a batch that was checked, or why it is none. Pure. */
import { type Batch, MapscopeError, decodeBatch } from '@mapscope/events';
import type { DeadLetterReason, StreamMessage } from '@mapscope/stream';
import { blockRows } from './block-rows.ts';

interface Common {
  readonly offset: bigint;
  readonly message: StreamMessage;
  readonly sizeBytes: number;
}

export interface BatchEntry extends Common {
  readonly kind: 'batch';
  readonly batch: Batch;
}

export interface FaultEntry extends Common {
  readonly kind: 'fault';
  readonly reason: DeadLetterReason;
}

export type Entry = BatchEntry | FaultEntry;

/** Checks header, CRC-32C, and that the block is one, whole, and of as many rows as the header says; looks at no value. */
export function toEntry(message: StreamMessage): Entry {
  const common = { offset: BigInt(message.offset), message, sizeBytes: message.value?.length ?? 0 };
  try {
    return { ...common, kind: 'batch', batch: wholeBatch(message.value ?? new Uint8Array()) };
  } catch (error) {
    if (!(error instanceof MapscopeError)) throw error;
    return { ...common, kind: 'fault', reason: { code: error.code, message: error.message } };
  }
}

function wholeBatch(value: Uint8Array): Batch {
  const batch = decodeBatch(value);
  const rows = blockRows(batch.block);
  if (rows === batch.header.rows) return batch;
  const text = `the block says it has ${rows} rows and its header ${batch.header.rows}: its sender is at fault, update the agent`;
  throw new MapscopeError('BATCH_MALFORMED', text, { facts: { rows, stated: batch.header.rows } });
}
