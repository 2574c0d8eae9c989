import { reportRefusal, withKey, type Caller } from './access.ts';
import { toProblem, unreachable, unreadable, type Answer } from './problem.ts';

/** One GET. Never throws, except when the caller aborted: then nobody waits for an answer any more. */
export async function ask<T>(path: string, signal: AbortSignal, caller: Caller): Promise<Answer<T>> {
  const key = caller.key();
  const headers = withKey({ accept: 'application/json' }, key);
  const response = await fetch(path, { signal, headers }).catch(() => undefined);
  signal.throwIfAborted();
  if (response === undefined) return { ok: false, problem: unreachable(path) };
  const body: unknown = await response.json().catch(() => undefined);
  signal.throwIfAborted();
  if (!response.ok) {
    const problem = toProblem(path, response.status, body);
    reportRefusal(caller, key, problem);
    return { ok: false, problem };
  }
  if (body === undefined) return { ok: false, problem: unreadable(path, response.status) };
  // The API and this page are built together from libs/contract; checking again would cost 60 KB of schemas.
  return { ok: true, value: body as T };
}
