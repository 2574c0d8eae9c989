import { parseTraceId } from '@mapscope/events';
import { beforeAll, expect, test } from 'vitest';
import * as planted from './testdata/planted.ts';
import { type PlantedSpan, spansBlock } from './testdata/planted-spans.ts';
import { openTestStore } from './testdata/test-store.ts';

const MINUTE = 60_000_000_000n;
const HOUR = 60n * MINUTE;
const from = planted.plantedFrom();
const window = { fromUnixNanos: from, toUnixNanos: from + MINUTE };
const order = { service: 'order', window };
const startOf = (i: number): bigint => from + BigInt(i) * planted.STEP_NANOS;
const spanId = (i: number): string => (0x5000 + i).toString(16).padStart(16, '0');

/** What a request's SDK says of it: begins 1 ms later, ends 1 ms earlier, calls the route by another name. */
const twin = (i: number, changes: Partial<PlantedSpan> = {}): PlantedSpan => ({
  traceId: planted.traceOf(i),
  spanId: spanId(i),
  startUnixNanos: startOf(i) + 1_000_000n,
  durationNanos: planted.durationOf(i) - 2_000_000,
  route: '/sdk',
  ...changes,
});

const LONELY = 'f'.repeat(31);
/** 20 requests with both; 3 that only the SDK saw; what must not count: children, another service, a resend. */
const SPANS: readonly PlantedSpan[] = [
  ...Array.from({ length: 20 }, (_, i) => twin(i)),
  ...[0, 1, 2].map((i) => twin(i, { traceId: `${LONELY}${i}`, spanId: spanId(100 + i), durationNanos: 7_000_000 + i })),
  twin(0, { traceId: `${LONELY}0`, spanId: spanId(100), durationNanos: 7_000_000 }),
  twin(5, { traceId: `${LONELY}5`, spanId: spanId(105), kind: 'Internal' }),
  twin(6, { traceId: `${LONELY}6`, spanId: spanId(106), service: 'other' }),
];
/** Same trace and service as a probed request, long after it: another request, seen by the SDK only. */
const LATER = twin(0, { spanId: spanId(200), startUnixNanos: startOf(500), durationNanos: 9_000_000 });
const NO_ROUTE = twin(3, { traceId: `${LONELY}9`, spanId: spanId(201), name: 'GET /plain' });
delete (NO_ROUTE as { route?: string }).route;

const world = await openTestStore();
beforeAll(async () => {
  await world.store.migrate();
  await planted.insertPlanted(world.store, from);
});

test('without SDK spans nothing changes', async () => {
  const requests = await world.store.evidence.requests(order);
  expect([requests.count, requests.total]).toEqual([600, 600]);
});

test('a request with both a probe row and a SERVER span counts once, one with a span only counts too', async () => {
  const { store } = world;
  await store.insertBlocks('otel_traces', [spansBlock(SPANS)], 'o-1-otel_traces-1');
  await store.insertBlocks('otel_traces', [spansBlock([LATER, NO_ROUTE])], 'o-1-otel_traces-2');
  const requests = await store.evidence.requests(order);
  expect([requests.count, requests.total]).toEqual([605, 605]);
  const sdk = requests.traceIds.flatMap((trace, i) => (trace.startsWith(LONELY) ? [i] : []));
  expect(sdk.map((i) => [requests.routes[i], requests.durationNanos[i]])).toEqual([
    ['/sdk', 7_000_000],
    ['/sdk', 7_000_001],
    ['/sdk', 7_000_002],
    ['GET /plain', NO_ROUTE.durationNanos],
  ]);
  expect(requests.traceIds.filter((trace) => trace === planted.traceOf(0)).length).toBe(2);
  expect(requests.traceIds.filter((trace) => trace === planted.traceOf(7)).length).toBe(1);
  // Sorted by time, spans among the probe's rows.
  expect([...requests.startUnixNanos]).toEqual([...requests.startUnixNanos].sort((a, b) => Number(a - b)));
});

test('the route of a span selects it; a request with both has the route of its probe row', async () => {
  const { evidence } = world.store;
  expect((await evidence.requests({ ...order, route: '/sdk' })).count).toBe(4);
  expect((await evidence.requests({ ...order, route: '/list' })).count).toBe(200);
  expect((await evidence.requests({ ...order, service: 'other' })).count).toBe(1);
});

test('a probe row just before the window still owns its span inside', async () => {
  const edge = { fromUnixNanos: startOf(7) + 500_000n, toUnixNanos: startOf(8) };
  expect((await world.store.evidence.requests({ ...order, window: edge })).count).toBe(0);
});

test.each([
  ['raw', window],
  ['long', { fromUnixNanos: window.toUnixNanos - 7n * HOUR, toUnixNanos: window.toUnixNanos }],
])('the latency series counts the same requests, %s', async (_, asked) => {
  const points = await world.store.evidence.latencySeries({ ...order, window: asked }, 60);
  expect(points.reduce((sum, { requests }) => sum + requests, 0)).toBe(605);
  const p99 = points.at(-1)?.p99Nanos ?? 0;
  expect(p99 > 290_000_000 && p99 < 310_000_000).toBe(true);
});

test('waits stay those of the requests, spans or not', async () => {
  const { count } = await world.store.evidence.waits(order);
  expect(count).toBe(planted.waiting.length);
});

test("a trace gives the probe's requests and waits and the SDK's spans together", async () => {
  const trace = await world.store.trace(parseTraceId(planted.traceOf(0)));
  expect([trace?.requests.length, trace?.waits.length]).toEqual([1, 1]);
  expect(
    trace?.spans.map(({ spanId: id, kind, service, durationNanos }) => [id, kind, service, durationNanos]),
  ).toEqual([
    [spanId(0), 'Server', 'order', planted.durationOf(0) - 2_000_000],
    [spanId(200), 'Server', 'order', 9_000_000],
  ]);
  expect(trace?.spans[0]).toMatchObject({
    startUnixNanos: startOf(0) + 1_000_000n,
    parentSpanId: '',
    name: 'POST',
    statusCode: 'Unset',
    attributes: { 'http.route': '/sdk' },
  });
  const alone = await world.store.trace(parseTraceId(`${LONELY}0`));
  expect([alone?.requests.length, alone?.spans.length]).toEqual([0, 1]);
  expect(await world.store.trace(parseTraceId('9'.repeat(32)))).toBeUndefined();
});

test('the same batch of spans again changes neither spans nor the lookup of trace ids', async () => {
  const count = async (table: string): Promise<string | undefined> =>
    (await world.clickhouse.rows<{ n: string }>({ name: 'test', sql: `SELECT count() AS n FROM ${table}` }))[0]?.n;
  const before = [await count('otel_traces'), await count('otel_traces_trace_id_ts')];
  expect(before[0]).toBe(String(SPANS.length + 2));
  await world.store.insertBlocks('otel_traces', [spansBlock(SPANS)], 'o-1-otel_traces-1');
  expect([await count('otel_traces'), await count('otel_traces_trace_id_ts')]).toEqual(before);
});
