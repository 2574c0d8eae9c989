/**
 * Stopping a query before its end. chDB has no call for that: the statement begins with a comment that nobody else
 * has, and another connection kills what begins so. Seen: heavy queries end within 50 ms, sleeping ones within a second.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';

export type Kill = (mark: string) => Promise<void>;

/** A statement that has not begun, or is being planned, is not in the engine's list yet. */
const AGAIN_MILLIS = 100;

/** `start` runs a statement that begins with the mark it is given; when `signal` says so it is killed until it ends. */
export async function stoppable<R>(start: (mark: string) => Promise<R>, kill: Kill, signal: AbortSignal): Promise<R> {
  const mark = `/* ${randomUUID()} */`;
  const ended = new AbortController();
  const stop = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      await kill(mark).catch(() => undefined);
      await wait(AGAIN_MILLIS);
    }
  };
  const onAbort = (): void => void stop();
  signal.throwIfAborted();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await start(mark);
  } finally {
    ended.abort();
    signal.removeEventListener('abort', onAbort);
  }
}

/** The mark is hexadecimal and dashes: nothing in it means anything to LIKE or to a literal. */
export const killStatement = (mark: string): string => `KILL QUERY WHERE query LIKE '${mark}%' ASYNC FORMAT Null`;
