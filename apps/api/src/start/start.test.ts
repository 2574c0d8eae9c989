import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { MapscopeError } from '@mapscope/events';
import { expect, onTestFinished, test } from 'vitest';
import { createApi } from '../api.ts';
import { NOW_NANOS, plainStore } from '../testing/plain-store.ts';
import { listen } from './listen.ts';
import { readApiConfig } from './options.ts';
import { checkedUiDir } from './ui-dir.ts';
import { waitFor } from './wait-for.ts';

test('flags win over the environment, the environment over the defaults', () => {
  const env = { MAPSCOPE_API_PORT: '9000', KAFKA_BROKERS: 'a:1,b:2', MAPSCOPE_LOG_LEVEL: 'debug' };
  expect(readApiConfig(['--port', '9001'], env)).toMatchObject({
    host: '127.0.0.1',
    port: 9001,
    kafkaBrokers: ['a:1', 'b:2'],
    clickhouseUrl: 'http://127.0.0.1:8123',
    uiDir: undefined,
  });
});

test('all problems of the settings come at once, with the nearest name', () => {
  const env = { MAPSCOPE_API_PROT: '1', CLICKHOUSE_URL: 'nope' };
  for (const told of ['--port', 'CLICKHOUSE_URL', 'MAPSCOPE_API_PORT', '3 problems']) {
    expect(() => readApiConfig(['--prot', '1'], env)).toThrow(told);
  }
});

function patience() {
  let now = 0;
  const pauses: number[] = [];
  const pause = (millis: number) => {
    pauses.push(millis);
    now += millis;
    return Promise.resolve();
  };
  let waits = 0;
  const onWait = () => void waits++;
  return { onWait, told: () => waits, pauses, totalMillis: 2000, pauseMillis: 500, nowMillis: () => now, pause };
}

test('a store that comes up late is waited for; one that refuses, or never comes, is not', async () => {
  const away = new MapscopeError('CLICKHOUSE_UNREACHABLE', 'start it');
  let tries = 0;
  const late = patience();
  expect(await waitFor(() => (++tries < 3 ? Promise.reject(away) : Promise.resolve('open')), late)).toBe('open');
  expect([late.pauses, late.told()]).toEqual([[500, 500], 1]);
  const never = patience();
  await expect(waitFor(() => Promise.reject(away), never)).rejects.toBe(away);
  expect(never.pauses).toHaveLength(4);
  const refusing = patience();
  const refused = new MapscopeError('CLICKHOUSE_REFUSED', 'wrong password');
  await expect(waitFor(() => Promise.reject(refused), refusing)).rejects.toBe(refused);
  expect(refusing.pauses).toEqual([]);
});

test('a folder without a page is refused at the start', () => {
  expect(checkedUiDir(undefined)).toBeUndefined();
  expect(() => checkedUiDir('/nowhere')).toThrow('holds no index.html');
  const small = fileURLToPath(new URL('../../public', import.meta.url));
  expect(checkedUiDir(small)).toBe(small);
});

test('a taken port is told with its number and how to give another', async () => {
  const other = createServer();
  const port = await new Promise<number>((resolve) =>
    other.listen(0, '127.0.0.1', () => {
      const address = other.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    }),
  );
  onTestFinished(() => void other.close());
  const clock = { unixNanos: () => NOW_NANOS, monotonicNanos: () => 0n };
  const objective = { thresholdNanos: 300e6, target: 0.99 };
  const needs = { store: plainStore(), control: null, clock, log: () => undefined, objective, publicUrl: () => '' };
  const app = await createApi(needs);
  onTestFinished(() => app.close());
  const refused = listen(app, '127.0.0.1', port);
  await expect(refused).rejects.toMatchObject({ code: 'PORT_TAKEN', message: expect.stringContaining('--port') });
});
