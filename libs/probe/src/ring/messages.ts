/** What the reader's thread and the main thread tell each other. */
import type { AnyRawBatch } from '../families/layouts.ts';
import { memoryOf } from './decoder.ts';

export interface WorkerStart {
  readonly ringFd: number;
  readonly ringBytes: number;
  readonly flushMillis: number;
}

export type ToMain =
  /** their memory is transferred; answered by one `taken` */
  | { readonly type: 'rows'; readonly batches: readonly AnyRawBatch[] }
  /** everything submitted before `drain` was posted has been sent as rows; the thread is about to end */
  | { readonly type: 'drained'; readonly records: number };

export type ToWorker =
  /** with the batches' memory, to be filled again */
  { readonly type: 'taken'; readonly batches: readonly AnyRawBatch[] } | { readonly type: 'drain' };

/** What goes over to the other thread with a message, and is gone here. */
export const memoriesOf = (message: ToMain | ToWorker): ArrayBuffer[] =>
  'batches' in message ? message.batches.map(({ columns }) => memoryOf(columns)) : [];
