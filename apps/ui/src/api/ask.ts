import { reportRefusal, withKey, type Caller } from './access.ts';
import { toProblem, unreachable, unreadable, type Answer } from './problem.ts';

/** One GET, or one POST of JSON. Never throws, except when the caller aborted: then nobody waits for an answer any more. */
export async function ask<T>(path: string, signal: AbortSignal, caller: Caller, body?: string): Promise<Answer<T>> {
  const key = caller.key();
  const response = await fetch(path, { signal, ...requestOf(body, key) }).catch(() => undefined);
  signal.throwIfAborted();
  if (response === undefined) return { ok: false, problem: unreachable(path) };
  const said: unknown = await response.json().catch(() => undefined);
  signal.throwIfAborted();
  if (!response.ok) {
    const problem = toProblem(path, response.status, said);
    reportRefusal(caller, key, problem);
    return { ok: false, problem };
  }
  if (said === undefined) return { ok: false, problem: unreadable(path, response.status) };
  // The API and this page are built together from libs/contract; checking again would cost 60 KB of schemas.
  return { ok: true, value: said as T };
}

const requestOf = (body: string | undefined, key: string | undefined): RequestInit =>
  body === undefined
    ? { headers: withKey({ accept: 'application/json' }, key) }
    : {
        method: 'POST',
        body,
        headers: withKey({ accept: 'application/json', 'content-type': 'application/json' }, key),
      };
