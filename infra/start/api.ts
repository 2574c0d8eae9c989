/** The few questions `npm start` asks of the API, by the same HTTP words as everybody. */
import type { RootCauseAnswer, StatusAnswer } from '@mapscope/contract';
import { MapscopeError } from '@mapscope/events';

export interface ApiClient {
  /** why p99 of this service rose since `fromUnixMillis`, until now if no end is given */
  readonly rootCause: (service: string, fromUnixMillis: number, toUnixMillis?: number) => Promise<RootCauseAnswer>;
  readonly status: () => Promise<StatusAnswer>;
}

const TIMEOUT_MILLIS = 20_000;

export function apiClient(baseUrl: string): ApiClient {
  return {
    rootCause: (service, fromUnixMillis, toUnixMillis) => {
      const query = new URLSearchParams({ service, from: String(fromUnixMillis) });
      if (toUnixMillis !== undefined) query.set('to', String(toUnixMillis));
      return getJson<RootCauseAnswer>(`${baseUrl}/api/v1/root-causes?${query.toString()}`);
    },
    status: () => getJson<StatusAnswer>(`${baseUrl}/api/v1/status`),
  };
}

async function getJson<T>(url: string): Promise<T> {
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MILLIS) });
  const body: unknown = await response.json();
  if (!response.ok) throw new MapscopeError('INTERNAL', `${url} answered ${response.status}: ${JSON.stringify(body)}`);
  // Our own API of the same version; its answers are checked against the contract by its own tests.
  return body as T;
}
