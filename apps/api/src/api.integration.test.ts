/** The api over the real engine: rows go in as the agents' blocks, and the answer names the planted lines. */
import { rootCauseAnswer, traceAnswer } from '@mapscope/contract';
import { openStore } from '@mapscope/store';
import { expect, inject, onTestFinished, test } from 'vitest';
import { freshStore, isGiven, reason } from './testing/engine-world.ts';
import { plantRequests } from './testing/planted-evidence.ts';
import { block, requestRow, spanRow, waitRow } from './testing/planted-rows.ts';
import { runningApi } from './testing/running-api.ts';

const url = inject('clickhouseUrl');

const MINUTE = 60_000_000_000n;

async function plantedStore() {
  const { store, database } = await freshStore();
  // Rows carry a time to live, so the planted past is the real one; on a full second, so that digits repeat.
  const now = (BigInt(Date.now()) / 1000n) * 1_000_000_000n;
  const planted = plantRequests(now - 15n * MINUTE, now - 5n * MINUTE, now);
  const waiting = planted.filter(({ waitNanos }) => waitNanos > 0);
  await store.insertBlocks('http_requests', [block('http_requests', planted.map(requestRow))], `${database}-1`);
  await store.insertBlocks('lock_waits', [block('lock_waits', waiting.map(waitRow))], `${database}-2`);
  return { store, now, waiting };
}

test.skipIf(!isGiven)(
  `over the real engine the api names the planted waiter and holder, and shows an exemplar trace${reason}`,
  async () => {
    const { store, now } = await plantedStore();
    const clock = { unixNanos: () => now, monotonicNanos: () => process.hrtime.bigint() };
    const { get } = await runningApi({ store, clock });
    expect(await (await get('/readyz')).json()).toMatchObject({ status: 'ok' });
    const response = await get('/api/v1/root-causes?service=order');
    expect(response.status).toBe(200);
    const answer = rootCauseAnswer.parse(await response.json());
    expect(answer).toMatchObject({
      verdict: 'contention',
      waiter: { function: 'main.(*Cache).Get', file: 'cache.go', line: 42 },
      releasedAt: { function: 'main.(*Cache).Rebuild', file: 'cache.go', line: 88 },
    });
    const trace = await get(`/api/v1/traces/${answer.exemplarTraceIds[0]}`);
    expect(traceAnswer.parse(await trace.json())).toMatchObject({
      requests: [{ service: 'order', route: '/order', parentSpanId: null }],
      waits: [{ waiter: { line: 42 }, releasedAt: { line: 88 }, binding: 'exact' }],
    });
  },
);

test.skipIf(!isGiven)(`a trace shows what its SDKs sent, also one that no probe saw${reason}`, async () => {
  const { store, now, waiting } = await plantedStore();
  const [seen, lonely] = [waiting[0], 'cd'.repeat(16)];
  if (seen === undefined) throw new Error('nothing was planted');
  const rows = [
    spanRow(seen.traceId, 'a1'.repeat(8), '', seen.startUnixNanos),
    spanRow(seen.traceId, 'a2'.repeat(8), 'a1'.repeat(8), seen.startUnixNanos + 1_000n),
    spanRow(lonely, 'a3'.repeat(8), '', seen.startUnixNanos),
  ];
  await store.insertBlocks('otel_traces', [block('otel_traces', rows)], `spans-${process.pid}-${now}`);
  const { get } = await runningApi({ store, clock: { unixNanos: () => now, monotonicNanos: () => now } });
  const read = async (id: string) => traceAnswer.parse(await (await get(`/api/v1/traces/${id}`)).json());
  const both = await read(seen.traceId);
  expect([both.requests.length, both.waits.length]).toEqual([1, 1]);
  const common = { kind: 'server', status: 'error', durationMs: 9, attributes: { 'http.route': '/order' } };
  expect(both.spans).toMatchObject([
    { ...common, spanId: 'a1'.repeat(8), parentSpanId: null, start: both.requests[0]?.start },
    { ...common, spanId: 'a2'.repeat(8), parentSpanId: 'a1'.repeat(8) },
  ]);
  expect(await read(lonely)).toMatchObject({ requests: [], waits: [], spans: [{ spanId: 'a3'.repeat(8) }] });
});

test.skipIf(!isGiven)(`series, contention, services and metrics agree about the same rows${reason}`, async () => {
  const { store, now, waiting } = await plantedStore();
  const clock = { unixNanos: () => now, monotonicNanos: () => process.hrtime.bigint() };
  const { get } = await runningApi({ store, clock });
  const json = async (path: string) => (await (await get(path)).json()) as Record<string, never>;
  const { series } = (await json('/api/v1/latency?service=order&from=now-15m&step=1m')) as unknown as {
    series: { requests: number[]; p99Ms: number[] };
  };
  expect(series.requests.reduce((sum, count) => sum + count, 0)).toBe(15 * 60 * 20);
  expect(Math.max(...series.p99Ms)).toBeGreaterThan(300);
  expect(await json('/api/v1/contention?service=order&from=now-15m')).toMatchObject({
    items: [{ waits: waiting.length, waiter: { line: 42 }, releasedAt: { line: 88 }, locks: 1 }],
  });
  expect(await json('/api/v1/services')).toMatchObject({ items: [{ service: 'order', requests: 15 * 60 * 20 }] });
  expect(await (await get('/metrics')).text()).toMatch(
    /go_runtime_lock_contention_ratio\{service_name="order",platform="arch=amd64[^"]*"\} 0\.\d+/,
  );
});

test.skipIf(!isGiven)(`before any migration the api is alive, not ready, and says what to start${reason}`, async () => {
  const store = await openStore({ url, database: 'never_migrated' });
  onTestFinished(() => store.close());
  const { get } = await runningApi({ store });
  expect((await get('/livez')).status).toBe(200);
  expect((await get('/readyz')).status).toBe(503);
  const response = await get('/api/v1/services');
  expect([response.status, ((await response.json()) as { detail: string }).detail]).toEqual([
    503,
    expect.stringContaining('start the writer'),
  ]);
});
