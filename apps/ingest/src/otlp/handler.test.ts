import { createServer, request as openRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { byteBudget } from '@mapscope/otel';
import { afterEach, expect, test } from 'vitest';
import { makeBacklog } from './backlog.ts';
import { type HandlerNeeds, makeHandler } from './handler.ts';
import { makeDesk } from './desk.ts';
import { takeRequest } from './intake.ts';
import { makeOtlpCounters } from './counters.ts';
import { MapscopeError } from '@mapscope/events';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

type Take = Parameters<typeof makeDesk>[0]['take'];
const TAKEN: Awaited<ReturnType<Take>> = { outcome: 'taken', rejected: 0, message: '' };

async function start(take: Take = async () => TAKEN, changes: Partial<HandlerNeeds> = {}) {
  const faults: unknown[] = [];
  const onFault = (error: unknown) => void faults.push(error);
  const budget = byteBudget(1_000);
  const backlog = makeBacklog(50, () => performance.now());
  const needs: HandlerNeeds = {
    guard: { check: () => ({ allowed: true, scopes: 'all', prefix: undefined }) },
    desk: makeDesk({ take, backlog, budget, answerMillis: 100, onFault }),
    budget,
    runDryMillis: 300,
    onAnswered: () => undefined,
    onFault,
    ...changes,
  };
  const server = createServer(makeHandler(needs)).listen(0, '127.0.0.1');
  servers.push(server);
  await new Promise((resolve) => server.once('listening', resolve));
  // A TCP server that listens has an AddressInfo.
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`;
  const post = (body: string) => fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  return { url, post, faults };
}

const RETRY = (seconds: number) => [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${seconds}s` }];

test('while Kafka hangs a client hears "later" in time, and the next one at once', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let takes = 0;
  const { post } = await start(async () => {
    takes += 1;
    await promise;
    return TAKEN;
  });
  const first = await post('{}');
  expect([first.status, first.headers.get('retry-after')]).toEqual([503, '5']);
  expect(await first.json()).toEqual({ code: 14, message: expect.stringContaining('Kafka'), details: RETRY(5) });
  expect((await post('{}')).status).toBe(503);
  expect(takes).toBe(1);
  resolve();
  await expect.poll(async () => (await post('{}')).status).toBe(200);
});

test('a Kafka that is away is 503 with the reason, and nothing counts as received', async () => {
  const counters = makeOtlpCounters();
  const clock = { unixNanos: () => 0n, monotonicNanos: () => 0n };
  const span = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), startTimeUnixNano: '1', endTimeUnixNano: '2' };
  const { post } = await start((request) =>
    takeRequest(request, {
      clock,
      counters,
      batcher: { prepare: () => [{ kind: 'otel_traces', rows: 1, sequence: 0n, value: new Uint8Array() }] },
      publish: () => Promise.reject(new MapscopeError('KAFKA_UNREACHABLE', 'broker gone')),
    }),
  );
  const answer = await post(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }));
  expect([answer.status, await answer.json()]).toEqual([503, { code: 14, message: 'broker gone', details: RETRY(5) }]);
  expect(counters.totals()).toMatchObject({ spans: 0, publishedBatches: 0 });
});

test('when all bodies together are too many bytes, one more is sent back with 503', async () => {
  const { post } = await start();
  const answer = await post(' '.repeat(1_001));
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
  expect((await post('{}')).status).toBe(200);
});

test('a fault of our own is 500 and told, and the receiver goes on', async () => {
  const { post, faults } = await start(() => Promise.reject(new TypeError('oops')));
  expect((await post('{}')).status).toBe(500);
  expect(faults).toEqual([new TypeError('oops')]);
});

test('a caller without the right key never has its body read', async () => {
  const { post } = await start(() => Promise.reject(new Error('must not be reached')), {
    guard: { check: (_, scope) => ({ allowed: false, status: 401, reason: `needs ${scope}` }) },
  });
  const answer = await post('{}');
  expect([answer.status, await answer.json()]).toEqual([401, { code: 16, message: 'needs ingest' }]);
});

test('a client that sends for ever is cut off, and what it sends is not kept', async () => {
  const { url } = await start();
  const before = process.memoryUsage().rss;
  const endless = openRequest(url, { method: 'POST', headers: { 'content-type': 'application/json' } });
  const chunk = Buffer.alloc(256 * 1024, ' ');
  const status = new Promise((resolve) => endless.on('response', (response) => resolve(response.statusCode)));
  const closed = new Promise<void>((resolve) => endless.on('error', () => resolve()).on('close', () => resolve()));
  const more = (): void => {
    while (!endless.destroyed && endless.write(chunk));
    if (!endless.destroyed) endless.once('drain', more);
  };
  more();
  expect(await status).toBe(503);
  await closed;
  expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
}, 15_000);
