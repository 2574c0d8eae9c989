/** A question to our own API. */
import { MapscopeError } from '@mapscope/events';

/** A busy machine answers late; how late is told elsewhere. */
const TIMEOUT_MILLIS = 120_000;

export async function getJson<T>(url: string): Promise<T> {
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MILLIS) });
  const body: unknown = await response.json();
  if (!response.ok) throw new MapscopeError('INTERNAL', `${url} answered ${response.status}: ${JSON.stringify(body)}`);
  // Our own API of the same version; its answers are checked against the contract by its own tests.
  return body as T;
}
