/** The reader's thread: poll by timer, decode, hand over. Ends by itself after `drain`. */
import { parentPort, workerData } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import { openLibc } from '../kernel/libc.ts';
import { memoriesOf } from './messages.ts';
import type { ToMain, ToWorker, WorkerStart } from './messages.ts';
import { FIRST_PACE, MAXIMUM_ROWS, MAXIMUM_UNTAKEN, nextPace, shouldFlush } from './pace.ts';
import { openRingReader } from './reader.ts';
import type { RingReader } from './reader.ts';

function run(port: MessagePort, start: WorkerStart): void {
  const reader = openRingReader(openLibc(), start.ringFd, start.ringBytes);
  let pace = FIRST_PACE;
  let untaken = 0;
  let total = 0;
  let firstRowAt = 0;
  let timer: NodeJS.Timeout;

  const say = (message: ToMain): void => port.postMessage(message, memoriesOf(message));
  const flush = (): void => {
    const batches = reader.take();
    if (batches.length === 0) return;
    untaken++;
    say({ type: 'rows', batches });
  };
  const poll = (): void => {
    const had = reader.rows();
    const room = untaken < MAXIMUM_UNTAKEN ? MAXIMUM_ROWS - had : 0;
    const result = room > 0 ? reader.poll(room) : { records: 0, backlogBytes: 0 };
    total += result.records;
    if (had === 0) firstRowAt = performance.now();
    const pending = { rows: reader.rows(), waitedMillis: performance.now() - firstRowAt, untaken };
    if (shouldFlush(pending, start.flushMillis)) flush();
    pace = nextPace(pace, result);
    timer = setTimeout(poll, pace.sleepMillis);
  };
  const finish = (): void => {
    clearTimeout(timer);
    port.removeAllListeners('message');
    total += drain(reader, flush);
    // Before the last word: whoever hears that may end this thread at once, and the pages would stay mapped.
    reader.close();
    say({ type: 'drained', records: total });
    port.close();
  };
  port.on('message', (message: ToWorker) => {
    if (message.type === 'drain') return finish();
    untaken--;
    reader.giveBack(message.batches);
  });
  timer = setTimeout(poll, pace.sleepMillis);
}

/** Nothing is being produced any more: read to the last record. Bounded by what one ring holds. */
function drain(reader: RingReader, flush: () => void): number {
  let records = 0;
  for (;;) {
    flush();
    const poll = reader.poll(MAXIMUM_ROWS);
    records += poll.records;
    if (poll.records === 0) return records;
  }
}

if (parentPort !== null) {
  // workerData is what reader-thread.ts passed: a WorkerStart.
  run(parentPort, workerData as WorkerStart);
}
