import { toProblem, unreachable, unreadable, type Answer } from './problem.ts';

/** One GET. Never throws, except when the caller aborted: then nobody waits for an answer any more. */
export async function ask<T>(path: string, signal: AbortSignal): Promise<Answer<T>> {
  const response = await fetch(path, { signal, headers: { accept: 'application/json' } }).catch(() => undefined);
  signal.throwIfAborted();
  if (response === undefined) return { ok: false, problem: unreachable(path) };
  const body: unknown = await response.json().catch(() => undefined);
  signal.throwIfAborted();
  if (!response.ok) return { ok: false, problem: toProblem(path, response.status, body) };
  if (body === undefined) return { ok: false, problem: unreadable(path, response.status) };
  // The API and this page are built together from libs/contract; checking again would cost 60 KB of schemas.
  return { ok: true, value: body as T };
}
