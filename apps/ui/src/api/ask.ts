import { reportRefusal, withKey, type Caller } from './access.ts';
import { toProblem, unreachable, unreadable, type Answer } from './problem.ts';

/** What is sent beside the path; absent: a GET. */
export interface Sent {
  readonly method: 'POST' | 'PUT';
  /** JSON */
  readonly body: string;
}

/** One GET, or one POST or PUT of JSON. Never throws, except when the caller aborted: then nobody waits for an answer any more. */
export async function ask<T>(path: string, signal: AbortSignal, caller: Caller, sent?: Sent): Promise<Answer<T>> {
  const key = caller.key();
  const response = await fetch(path, { signal, ...requestOf(sent, key) }).catch(() => undefined);
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

const requestOf = (sent: Sent | undefined, key: string | undefined): RequestInit =>
  sent === undefined
    ? { headers: withKey({ accept: 'application/json' }, key) }
    : { ...sent, headers: withKey({ accept: 'application/json', 'content-type': 'application/json' }, key) };
