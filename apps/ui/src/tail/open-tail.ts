/** One connection of the tail. fetch and not EventSource, which cannot carry a key in a header. */
import { reportRefusal, withKey, type Caller } from '../api/access.ts';
import { toProblem, unreachable } from '../api/problem.ts';
import type { Opened } from './follow.ts';

/** Three heartbeats of the API (apps/api/src/tail/tail-stream.ts) missed: nobody is at the other end any more. */
const SILENT_MILLIS = 45_000;

export async function openTail(
  path: string,
  lastEventId: string,
  signal: AbortSignal,
  caller: Caller,
): Promise<Opened> {
  const key = caller.key();
  const cursor: Record<string, string> = lastEventId === '' ? {} : { 'last-event-id': lastEventId };
  const headers = withKey({ accept: 'text/event-stream', ...cursor }, key);
  const response = await fetch(path, { signal, headers, cache: 'no-store' }).catch(() => undefined);
  if (response === undefined) return { ok: false, problem: unreachable(path) };
  if (response.ok && response.body !== null) return { ok: true, chunks: textOf(response.body) };
  const problem = toProblem(path, response.status, await response.json().catch(() => undefined));
  reportRefusal(caller, key, problem);
  return { ok: false, problem };
}

async function* textOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  try {
    for (;;) {
      const silence = setTimeout(() => void reader.cancel(), SILENT_MILLIS);
      const { value, done } = await reader.read().finally(() => clearTimeout(silence));
      if (done) return;
      yield decoder.decode(value, { stream: true });
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
