/** A Kafka message as the writer sees it: a batch that was checked, or why it is none. Pure. */
import { type Batch, MapscopeError, decodeBatch } from '@mapscope/events';
import type { DeadLetterReason, StreamMessage } from '@mapscope/stream';

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

/** Checks header and CRC-32C; looks at no row. */
export function toEntry(message: StreamMessage): Entry {
  const common = { offset: BigInt(message.offset), message, sizeBytes: message.value?.length ?? 0 };
  try {
    return { ...common, kind: 'batch', batch: decodeBatch(message.value ?? new Uint8Array()) };
  } catch (error) {
    if (!(error instanceof MapscopeError)) throw error;
    return { ...common, kind: 'fault', reason: { code: error.code, message: error.message } };
  }
}
