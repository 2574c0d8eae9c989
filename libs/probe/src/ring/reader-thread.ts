/** The main thread's hold on the reader's thread. */
import { Worker } from 'node:worker_threads';
import { MapscopeError } from '@mapscope/events';
import type { AnyRawBatch } from '../families/layouts.ts';
import { memoriesOf } from './messages.ts';
import type { ToMain, ToWorker, WorkerStart } from './messages.ts';

export interface ReaderThread {
  /** Reads to the last record, hands everything over, ends the thread; the number of records read since its start. */
  readonly drain: () => Promise<number>;
  /** Ends the thread, also on the way out after a failure. */
  readonly close: () => Promise<void>;
}

export interface ReaderThreadOptions extends WorkerStart {
  /** Lent: once it returns, the arrays are empty and their memory is on its way back. */
  readonly onBatches: (batches: readonly AnyRawBatch[]) => void;
  readonly onFailure: (error: Error) => void;
}

/** Sources run as .ts, the built library as .js: the worker is whatever this file is. */
const RUNS_SOURCES = import.meta.url.endsWith('.ts');

export function startReaderThread(options: ReaderThreadOptions): ReaderThread {
  const { ringFd, ringBytes, flushMillis, onBatches, onFailure } = options;
  const worker = startWorker({ ringFd, ringBytes, flushMillis });
  const say = (message: ToWorker): void => worker.postMessage(message, memoriesOf(message));
  const drained = Promise.withResolvers<number>();
  // Whoever never drains must not see an unhandled rejection; `drain` still gets it.
  const settled = drained.promise.catch(() => undefined);
  const fail = (error: Error): void => {
    const failure = threadEnded(error);
    drained.reject(failure);
    onFailure(failure);
  };
  let finished = false;
  worker.on('error', fail);
  worker.on('exit', (code) => {
    if (!finished) fail(new Error(`exit code ${code}`));
  });
  worker.on('message', (message: ToMain) => {
    if (message.type === 'drained') {
      finished = true;
      return drained.resolve(message.records);
    }
    onBatches(message.batches);
    say({ type: 'taken', batches: message.batches });
  });
  return {
    drain: () => {
      say({ type: 'drain' });
      return drained.promise;
    },
    close: async () => {
      if (!finished) say({ type: 'drain' });
      // Only the thread itself can give the ring's pages back, so it is not ended before it has.
      await settled;
      finished = true;
      await worker.terminate();
    },
  };
}

const startWorker = (start: WorkerStart): Worker =>
  new Worker(new URL(RUNS_SOURCES ? './worker.ts' : './worker.js', import.meta.url), {
    workerData: start,
    execArgv: RUNS_SOURCES ? ['--conditions=source'] : [],
  });

function threadEnded(cause: Error): MapscopeError {
  const message = `the thread that reads the ring ended: ${cause.message}. Detach and attach again`;
  return new MapscopeError('INTERNAL', message, { cause });
}
