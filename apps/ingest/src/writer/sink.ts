/** The ports: what the writer needs of a store, of Kafka and of its surroundings. */
import type { BatchKind } from '@mapscope/events';
import type { BatchLedgerEntry } from '@mapscope/store';
import type { DeadLetterReason, StreamMessage } from '@mapscope/stream';
import type { WriterCounters } from './counters.ts';
import type { StoredSequences } from './seen-batches.ts';

export interface SinkPort {
  /** all of it or nothing; the same token again changes nothing */
  readonly insertBlocks: (kind: BatchKind, blocks: readonly Uint8Array[], token: string) => Promise<void>;
  readonly recordBatches: (entries: readonly LedgerEntry[], token: string) => Promise<void>;
  readonly storedSequences: StoredSequences;
}

/** What the writer records says when its rows were; only ledgers of before may lack that. */
export type LedgerEntry = Required<BatchLedgerEntry>;

/** Where a writer can be when it is killed. */
export type Step = 'cut' | 'intended' | 'inserting' | 'inserted' | 'recorded' | 'committed';

export interface WriteNeeds {
  readonly sink: SinkPort;
  readonly deadLetter: (message: StreamMessage, reason: DeadLetterReason) => Promise<void>;
  readonly onDeadLetter: (message: StreamMessage, reason: DeadLetterReason) => void;
  readonly onProblem: (error: Error) => void;
  readonly counters: WriterCounters;
  readonly pause: (attempt: number, signal: AbortSignal) => Promise<void>;
  readonly nowMillis: () => number;
  /** of the wall clock: how late a message is */
  readonly unixMillis: () => number;
  /** for tests that end the process at a step */
  readonly onStep?: ((step: Step) => Promise<void> | void) | undefined;
}
