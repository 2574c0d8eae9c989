/** The api over the real engine: rows go in as the agents' blocks, and the answer names the planted lines. */
import { rootCauseAnswer, traceAnswer } from '@mapscope/contract';
import {
  BINDINGS,
  encodeNativeBlock,
  LOCK_KINDS,
  REQUEST_ENDS,
  TABLES,
  TRACE_SOURCES,
  type BatchKind,
  type ColumnData,
} from '@mapscope/events';
import { openStore } from '@mapscope/store';
import { expect, inject, onTestFinished, test } from 'vitest';
import { plantRequests, type Planted } from './testing/planted-evidence.ts';
import { runningApi } from './testing/running-api.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    clickhouseUrl: string;
  }
}

const url = inject('clickhouseUrl');
const isGiven = typeof url === 'string';
const reason = isGiven ? '' : ' (skipped: no engine, see infra/test/world.ts)';

const MINUTE = 60_000_000_000n;
const PLATFORM = 'arch=amd64;cpu=AuthenticAMD;level=x86-64-v4;go=1.24.4;kernel=6.18';
const AGENT = 'a'.repeat(32);

type Cell = bigint | number | string;
type Row = Readonly<Record<string, Cell>>;

const bytes = (hex: readonly Cell[]): Uint8Array => new Uint8Array(Buffer.from(hex.join(''), 'hex'));

/** One value per row into the array its column's type asks for; only what these two tables need. */
function column(type: string, cells: readonly Cell[]): ColumnData {
  const numbers = () => cells.map(Number);
  switch (type) {
    case 'UInt8':
      return { storage: 'u8', values: Uint8Array.from(numbers()) };
    case 'UInt32':
      return { storage: 'u32', values: Uint32Array.from(numbers()) };
    case 'UInt64':
      return { storage: 'u64', values: BigUint64Array.from(cells, (cell) => BigInt(cell)) };
    case "DateTime64(9, 'UTC')":
      return { storage: 'i64', values: BigInt64Array.from(cells, (cell) => BigInt(cell)) };
    case 'FixedString(8)':
      return { storage: 'bytes8', values: bytes(cells) };
    case 'FixedString(16)':
      return { storage: 'bytes16', values: bytes(cells) };
    case 'LowCardinality(String)': {
      const keys = [...new Set(cells.map(String))];
      return { storage: 'dictionary', keys, indexes: Uint32Array.from(cells, (cell) => keys.indexOf(String(cell))) };
    }
    case 'String':
      return { storage: 'strings', values: cells.map(String) };
    case 'Map(String, String)':
      return { storage: 'maps', values: cells.map(() => ({ keys: ['http.route'], values: ['/order'] })) };
    case 'Array(String)':
      return { storage: 'stringArrays', values: cells.map(() => []) };
    case "Array(DateTime64(9, 'UTC'))":
      return { storage: 'i64Arrays', values: cells.map(() => []) };
    case 'Array(Map(String, String))':
      return { storage: 'mapArrays', values: cells.map(() => []) };
    default:
      throw new Error(`no such type here: ${type}`);
  }
}

function block(kind: BatchKind, rows: readonly Row[]): Uint8Array {
  const columns = TABLES[kind].map(({ name, type }) => {
    const cells = rows.map(
      (row) => row[name] ?? (type.startsWith('FixedString') ? '00'.repeat(type === 'FixedString(8)' ? 8 : 16) : 0),
    );
    return [name, column(type, cells)] as const;
  });
  return encodeNativeBlock(TABLES[kind], rows.length, Object.fromEntries(columns));
}

const proof = { service: 'order', platform: PLATFORM, agent: AGENT, batch_seq: 1n, pid: 4711 };

const requestRow = (one: Planted): Row => ({
  ...proof,
  ts: one.startUnixNanos,
  method: 'POST',
  route: '/order',
  duration_ns: BigInt(one.durationNanos),
  trace_id: one.traceId,
  span_id: '00f067aa0ba902b7',
  trace_source: TRACE_SOURCES.traceparent,
  end: REQUEST_ENDS.finished,
  goid: 7n,
});

const waitRow = (one: Planted): Row => ({
  ...proof,
  ts: one.startUnixNanos + 1_000_000n,
  lock_kind: LOCK_KINDS.rwmutex_read,
  lock_addr: 0xc000010000n,
  wait_ns: BigInt(one.waitNanos),
  trace_id: one.traceId,
  binding: BINDINGS.exact,
  waiter_goid: 7n,
  holder_goid: 5n,
  waiter_function: 'main.(*Cache).Get',
  waiter_file: 'cache.go',
  waiter_line: 42,
  holder_function: 'main.(*Cache).Rebuild',
  holder_file: 'cache.go',
  holder_line: 88,
});

const spanRow = (traceId: string, spanId: string, parentSpanId: string, startUnixNanos: bigint): Row => ({
  ...proof,
  Timestamp: startUnixNanos,
  TraceId: traceId,
  SpanId: spanId,
  ParentSpanId: parentSpanId,
  SpanName: 'POST /order',
  SpanKind: 'Server',
  ServiceName: 'order',
  Duration: 9_000_000n,
  StatusCode: 'Error',
});

async function plantedStore() {
  const database = `api_${process.pid}_${Date.now()}`;
  const store = await openStore({ url, database });
  onTestFinished(() => store.close());
  await store.migrate();
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
    /go_runtime_lock_contention_ratio\{service="order",platform="arch=amd64[^"]*"\} 0\.\d+/,
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
