/** Starts the api on a free port and stops it when the test is over. */
import { onTestFinished } from 'vitest';
import { createApi, type ApiOptions } from '../api.ts';
import type { ApiNeeds, Log } from '../ports.ts';
import { NOW_NANOS, plainStore } from './plain-store.ts';

export interface RunningApi {
  readonly url: string;
  readonly get: (path: string, init?: RequestInit) => Promise<Response>;
  /** before the test is over; once is enough */
  readonly close: () => Promise<void>;
  readonly logged: readonly Parameters<Log>[0][];
}

export async function runningApi(needs: Partial<ApiNeeds> = {}, options: ApiOptions = {}): Promise<RunningApi> {
  const logged: Parameters<Log>[0][] = [];
  const app = await createApi(
    {
      store: plainStore(),
      control: null,
      clock: { unixNanos: () => NOW_NANOS, monotonicNanos: () => process.hrtime.bigint() },
      log: (line) => void logged.push(line),
      objective: { thresholdNanos: 300e6, target: 0.99 },
      publicUrl: () => 'http://mapscope.test',
      ...needs,
    },
    options,
  );
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= app.close());
  onTestFinished(close);
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  return { url, logged, close, get: (path, init) => fetch(`${url}${path}`, init) };
}
