/** What the reader's thread and the main thread tell each other. */
import type { AnyRawBatch } from '../families/layouts.ts';

export interface WorkerStart {
  readonly ringFd: number;
  readonly ringBytes: number;
  readonly flushMillis: number;
}

export type ToMain =
  /** arrays are transferred; answered by one `taken` */
  | { readonly type: 'rows'; readonly batches: readonly AnyRawBatch[] }
  /** everything submitted before `drain` was posted has been sent as rows; the thread is about to end */
  | { readonly type: 'drained'; readonly records: number };

export type ToWorker = { readonly type: 'taken' } | { readonly type: 'drain' };
