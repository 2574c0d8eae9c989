/** Runs a statement that gives rows and sends them while they come. The reader is lent out until all is sent. */
import type { ServerResponse } from 'node:http';
import { MapscopeError } from '@mapscope/events';
import type { EngineResult } from './connection.ts';
import type { Engine, Reader } from './engine.ts';
import type { Encoding } from './encodings.ts';
import { refusal } from './exceptions.ts';
import { openFifo } from './fifo.ts';
import { type HoldBack, Outgoing } from './outgoing.ts';
import { failureText, headersOfRows, summaryOfRead } from './reply.ts';
import { stoppable } from './running.ts';
import type { Finished } from './statement.ts';

export interface ReadOrder {
  readonly finished: Finished;
  readonly database: string;
  readonly names: Readonly<Record<string, string>>;
  /** wait_end_of_query: nothing is sent before the status is certain */
  readonly isWhole: boolean;
  readonly encoding: Encoding | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** ClickHouse's own response buffer is 1 MiB; a slow query shows its first rows after a quarter of a second. */
const HOLD_BACK: HoldBack = { bytes: 1024 * 1024, millis: 250 };
const HOLD_ALL: HoldBack = { bytes: 64 * 1024 * 1024, millis: undefined };
/** Beyond the longest query: a client that does not read must not keep a reader for ever. */
const SENDING_GRACE_MILLIS = 5_000;

/** Throws what belongs into an answer of its own; what fails after the first byte is told here. */
export async function answerRead(
  engine: Engine,
  order: ReadOrder,
  response: ServerResponse,
  gone: AbortSignal,
): Promise<void> {
  const stop = new AbortController();
  const signal = AbortSignal.any([gone, stop.signal]);
  const hold = order.isWhole ? HOLD_ALL : HOLD_BACK;
  const headers = { ...order.headers, ...headersOfRows(order.finished.format, order.encoding) };
  const outgoing = new Outgoing(response, headers, hold, signal);
  try {
    const result = await engine.reads.use((reader) => runRead(engine, reader, order, { outgoing, stop, signal }), gone);
    outgoing.end({ 'X-ClickHouse-Summary': summaryOfRead(result) });
  } catch (error) {
    outgoing.discard();
    if (!outgoing.hasStarted) throw error;
    outgoing.breakOff(failureText(error, engine.version).text);
  }
}

interface Sending {
  readonly outgoing: Outgoing;
  readonly stop: AbortController;
  readonly signal: AbortSignal;
}

async function runRead(engine: Engine, reader: Reader, order: ReadOrder, sending: Sending): Promise<EngineResult> {
  const { stop, signal } = sending;
  const fifo = openFifo(reader.pipe);
  const deadline = setTimeout(() => stop.abort(notRead()), engine.longestQueryMillis + SENDING_GRACE_MILLIS);
  const query = { database: order.database, names: order.names };
  const { head, tail } = order.finished;
  const where = `INTO OUTFILE '${reader.pipe}' TRUNCATE COMPRESSION '${order.encoding ?? 'none'}'`;
  const run = (mark: string): Promise<EngineResult> =>
    reader.connection.ask({
      ...query,
      sql: `${mark} ${head} ${where}${tail}`,
    });
  const running = stoppable(run, engine.kill, signal).finally(fifo.finish);
  const [result] = await Promise.allSettled([running, sendAll(fifo.bytes, sending)]);
  clearTimeout(deadline);
  if (signal.aborted && signal.reason instanceof MapscopeError) throw signal.reason;
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}

/**
 * Reads to the end even when nobody wants it: an engine that opens or fills a pipe without a reader waits where
 * nothing can stop it.
 */
async function sendAll(bytes: AsyncIterable<Buffer>, { outgoing, stop, signal }: Sending): Promise<void> {
  for await (const chunk of bytes) {
    if (signal.aborted) continue;
    await outgoing.write(chunk).catch((error: unknown) => stop.abort(error));
  }
}

function notRead(): Error {
  return refusal('TIMEOUT_EXCEEDED', 'the answer was not read in time: read it faster, or ask for fewer rows');
}
