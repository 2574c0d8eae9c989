import { expect, test } from 'vitest';
import { z } from 'zod';
import { plainStore } from '../testing/plain-store.ts';
import { runningApi } from '../testing/running-api.ts';
import { parseGoDuration } from './search-query.ts';

/** jaegertracing/jaeger, internal/uimodel/model.go: the structs that the query service answers with. */
const tag = z.strictObject({
  key: z.string(),
  type: z.enum(['string', 'bool', 'int64', 'float64', 'binary']),
  value: z.union([z.string(), z.boolean(), z.number()]),
});
const span = z.strictObject({
  traceID: z.string().regex(/^[0-9a-f]{32}$/),
  spanID: z.string().regex(/^[0-9a-f]{16}$/),
  operationName: z.string().min(1),
  references: z.array(
    z.strictObject({ refType: z.enum(['CHILD_OF', 'FOLLOWS_FROM']), traceID: z.string(), spanID: z.string() }),
  ),
  startTime: z.int(),
  duration: z.int(),
  tags: z.array(tag),
  logs: z.array(z.object({ timestamp: z.int(), fields: z.array(tag) })),
  processID: z.string(),
  warnings: z.null(),
});
const trace = z.strictObject({
  traceID: z.string(),
  spans: z.array(span),
  processes: z.record(z.string(), z.strictObject({ serviceName: z.string(), tags: z.array(tag) })),
  warnings: z.null(),
});
const answerOf = <T extends z.ZodType>(item: T) =>
  z.strictObject({ data: z.array(item), total: z.int(), limit: z.int(), offset: z.int(), errors: z.null() });

const jaeger = async (path: string) => {
  const { get } = await runningApi();
  const response = await get(`/jaeger/api/${path}`);
  return { status: response.status, body: await response.json() };
};

test('a trace has the shape of Jaeger: every process and every parent it names is there', async () => {
  const { body } = await jaeger('traces?service=order&limit=5');
  const { data } = answerOf(trace).parse(body);
  expect(data).toHaveLength(2);
  for (const { traceID, spans, processes } of data) {
    const ids = new Set(spans.map(({ spanID }) => spanID));
    expect(ids.size).toBe(spans.length);
    for (const one of spans) {
      expect(one.traceID).toBe(traceID);
      expect(Object.keys(processes)).toContain(one.processID);
    }
  }
});

test('a wait is a span below the request that it lies on, with who held the lock and where', async () => {
  const { body } = await jaeger('traces?service=order');
  const [first] = answerOf(trace).parse(body).data;
  const wait = first?.spans.find(({ operationName }) => operationName.startsWith('wait for'));
  const parent = first?.spans.find(({ spanID }) => spanID === wait?.references[0]?.spanID);
  expect(parent).toBeDefined();
  expect(wait?.startTime).toBeGreaterThanOrEqual(parent?.startTime ?? Number.NaN);
  const tags = Object.fromEntries(wait?.tags.map(({ key, value }) => [key, value]) ?? []);
  expect(tags).toMatchObject({
    'code.function.name': 'main.(*Cache).Get',
    'mapscope.holder': expect.stringContaining('main.(*Cache).Rebuild'),
  });
});

test('services, operations and dependencies are lists as Jaeger has them', async () => {
  expect((await jaeger('services')).body).toMatchObject({ data: ['order'], total: 1, errors: null });
  expect((await jaeger('services/order/operations')).body).toMatchObject({ data: ['POST /order'] });
  expect((await jaeger('operations?service=order&spanKind=server')).body).toMatchObject({
    data: [{ name: 'POST /order', spanKind: 'server' }],
  });
  expect((await jaeger('operations?service=order&spanKind=client')).body).toMatchObject({ data: [] });
  const edge = z.strictObject({ parent: z.string(), child: z.string(), callCount: z.int(), source: z.string() });
  answerOf(edge).parse((await jaeger('dependencies?endTs=1795598640000&lookback=3600000')).body);
});

test.each([
  ['traces', 400],
  ['traces?service=order&start=5&end=4', 400],
  ['traces?service=order&minDuration=fast', 400],
  ['traces?service=order&limit=100000', 400],
  ['traces/nothex', 400],
  ['traces/0123456789abcdef0123456789abcdef', 404],
] as const)('%s is answered with %i', async (path, status) => {
  expect((await jaeger(path)).status).toBe(status);
});

test('what is asked for reaches the store as it was meant', async () => {
  const asked: unknown[] = [];
  const store = plainStore();
  const traceSearch = { ...store.traceSearch, ids: (search: unknown) => Promise.resolve((asked.push(search), [])) };
  const { get } = await runningApi({ store: { ...store, traceSearch } });
  await get(
    '/jaeger/api/traces?service=or%27der&operation=GET%20/a&start=1000&end=2000&minDuration=1.5ms&maxDuration=&limit=7&lookback=1h&tags=%7B%7D',
  );
  expect(asked).toEqual([
    {
      service: "or'der",
      operation: 'GET /a',
      window: { fromUnixNanos: 1_000_000n, toUnixNanos: 2_000_000n },
      minNanos: 1_500_000,
      maxNanos: undefined,
      limit: 7,
    },
  ]);
});

test('durations are read as Go writes them', () => {
  for (const [text, nanos] of [
    ['250ms', 250e6],
    ['1.5s', 1.5e9],
    ['1m30s', 90e9],
    ['10us', 1e4],
  ] as const) {
    expect(parseGoDuration(text)).toBe(nanos);
  }
  for (const text of ['5', 'ms', '1s x', '-1s']) expect(() => parseGoDuration(text)).toThrow(/write it like 250ms/);
});
