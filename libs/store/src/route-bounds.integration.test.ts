/** What holds for the routes of a whole service: the same ones to every question, and 200 of them. */
import { parseTraceId, ROUTE_SOURCES } from '@mapscope/events';
import type { EvidenceQuery } from '@mapscope/rootcause';
import { beforeAll, describe, expect, test } from 'vitest';
import * as planted from './testdata/planted.ts';
import { type PlantedRequest, plantedRequestsBlock } from './testdata/planted-requests.ts';
import { type PlantedSpan, spansBlock } from './testdata/planted-spans.ts';
import { openTestStore } from './testdata/test-store.ts';

const SECOND = 1_000_000_000n;
const MINUTE = 60n * SECOND;
const from = planted.plantedFrom();
const window = { fromUnixNanos: from, toUnixNanos: from + MINUTE };
const long = { fromUnixNanos: window.toUnixNanos - 420n * MINUTE, toUnixNanos: window.toUnixNanos };
const { pattern, template } = ROUTE_SOURCES;

const world = await openTestStore();
beforeAll(async () => {
  await world.store.migrate();
});

const countOf = async (query: EvidenceQuery): Promise<number> => (await world.store.evidence.requests(query)).count;
const seriesOf = async (query: EvidenceQuery): Promise<number> =>
  (await world.store.evidence.latencySeries(query, 60)).reduce((sum, { requests }) => sum + requests, 0);

/** Everything that can be asked by route. */
const ask = async (route: string) => {
  const query = { service: 'order', route, window };
  const { store } = world;
  return {
    requests: await countOf(query),
    series: await seriesOf(query),
    longSeries: await seriesOf({ ...query, window: long }),
    waits: (await store.evidence.waits(query)).count,
    contention: await store.contention(query, 10),
    longContention: await store.contention({ ...query, window: long }, 10),
  };
};

describe("a planted service whose requests have templates, before and after its SDK's spans come", () => {
  const NOTHING = { requests: 0, series: 0, longSeries: 0, waits: 0, contention: [], longContention: [] };

  const lists = Array.from({ length: planted.REQUESTS }, (_, i) => i).filter((i) => planted.routeOf(i) === '/list');
  const spans = lists.map((i): PlantedSpan => ({
    traceId: planted.traceOf(i),
    spanId: planted.traceOf(i + 5000).slice(16),
    startUnixNanos: from + BigInt(i) * planted.STEP_NANOS + 1_000_000n,
    durationNanos: planted.durationOf(i) - 2_000_000,
    route: '/catalogue/{page}',
  }));

  test('requests, latency, waits, contention and traces all change to the route of the spans', async () => {
    const { store } = world;
    await store.insertBlocks('http_requests', [planted.requestsBlock(from, template)], 'b-1');
    await store.insertBlocks('lock_waits', [planted.waitsBlock(from)], 'b-2');
    const [lists, orders] = [await ask('/list'), await ask('/order')];
    expect(lists).toMatchObject({ requests: 200, series: 200, longSeries: 200 });
    expect(lists.waits).toBeGreaterThan(20);
    expect(lists.contention.length).toBe(2);
    await store.insertBlocks('otel_traces', [spansBlock(spans)], 'b-3');
    expect(await ask('/catalogue/{page}')).toEqual(lists);
    expect(await ask('/list')).toEqual(NOTHING);
    expect(await ask('/order')).toEqual(orders);
    const trace = await store.trace(parseTraceId(planted.traceOf(3)));
    expect(trace?.requests.map(({ route }) => route)).toEqual(['/catalogue/{page}']);
    expect(trace?.waits.length).toBe(planted.waiting.filter((i) => i === 3).length);
  });
});

const traceOf = (service: number, i: number): string => (service * 10_000 + i).toString(16).padStart(32, 'e');

const requestOf = (service: string, number: number, i: number, route: string): PlantedRequest => ({
  service,
  traceId: traceOf(number, i),
  route,
  routeSource: pattern,
  startUnixNanos: from + BigInt(i) * 10_000_000n,
  durationNanos: 1_000_000,
});

describe('at most 200 routes a service', () => {
  const query = { service: 'sdk', window };
  /** 190 patterns in the first two seconds, then 20 templates, one a second, to which the SDK gives routes; then names. */
  const patterns = Array.from({ length: 190 }, (_, i) => requestOf('sdk', 1, i, `/pattern/${i}`));
  const templates = Array.from({ length: 20 }, (_, i): PlantedRequest => ({
    ...requestOf('sdk', 1, 300 + i, `/template/${i}`),
    routeSource: template,
    startUnixNanos: from + BigInt(10 + i) * SECOND,
  }));
  const spans = templates.map((request, i): PlantedSpan => ({
    service: 'sdk',
    traceId: request.traceId,
    spanId: request.traceId.slice(16),
    startUnixNanos: request.startUnixNanos + 1_000n,
    durationNanos: 900_000,
    route: `/sdk/${i}`,
  }));
  const named = Array.from({ length: 5 }, (_, i): PlantedSpan => ({
    service: 'sdk',
    traceId: traceOf(1, 900 + i),
    spanId: traceOf(1, 900 + i).slice(16),
    startUnixNanos: from + BigInt(i) * SECOND,
    durationNanos: 900_000,
    name: `GET /name/${i}`,
  }));

  beforeAll(async () => {
    await world.store.insertBlocks('http_requests', [plantedRequestsBlock([...templates, ...patterns])], 'b-4');
    await world.store.insertBlocks('otel_traces', [spansBlock([...named, ...spans])], 'b-5');
  });

  test("the probe's patterns come first, then the SDK's routes as they were first seen; the rest is other", async () => {
    const { count, routes } = await world.store.evidence.requests(query);
    expect(count).toBe(190 + 20 + 5);
    expect(new Set(routes).size).toBe(201);
    expect(routes.filter((route) => route.startsWith('/sdk/'))).toEqual(spans.slice(0, 10).map(({ route }) => route));
    expect(routes.filter((route) => route === 'other').length).toBe(15);
    expect(await countOf({ ...query, route: 'other' })).toBe(15);
    expect(await seriesOf({ ...query, route: 'other', window: long })).toBe(15);
  });

  test('whatever the window, and in the trace', async () => {
    const last = templates[19]?.startUnixNanos ?? 0n;
    const narrow = { fromUnixNanos: last, toUnixNanos: last + 1_000n };
    expect((await world.store.evidence.requests({ ...query, window: narrow })).routes).toEqual(['other']);
    const traces = await Promise.all([9, 10].map((i) => world.store.trace(parseTraceId(traceOf(1, 300 + i)))));
    expect(traces.map((trace) => trace?.requests[0]?.route)).toEqual(['/sdk/9', 'other']);
  });
});

const spanOf = (i: number, startUnixNanos: bigint, durationNanos: number): PlantedSpan => ({
  service: 'fixed',
  traceId: traceOf(3, 0),
  spanId: traceOf(3, 1000 + i).slice(16),
  parentSpanId: 'c'.repeat(16),
  startUnixNanos,
  durationNanos,
  route: `/sdk/${i % 5}`,
});

test('a load generator that sends one traceparent for ever: each request counts once, the first take their routes', async () => {
  const rows = Array.from({ length: 300 }, (_, i): PlantedRequest => ({
    ...requestOf('fixed', 3, i, '/people/ann'),
    traceId: traceOf(3, 0),
    spanId: traceOf(3, i).slice(16),
    parentSpanId: 'c'.repeat(16),
    routeSource: template,
    // Five at a time, and a pause after each five.
    startUnixNanos: from + BigInt(Math.floor(i / 5)) * 10_000_000n + BigInt(i % 5) * 1_000_000n,
    durationNanos: 5_000_000,
  }));
  const twins = rows.map((row, i) => spanOf(i, row.startUnixNanos + 100_000n, 4_800_000));
  // In a pause: no request of the probe's is under way.
  const alone = [7, 8].map((i) => spanOf(500 + i, from + BigInt(i) * 10_000_000n + 9_100_000n, 800_000));
  await world.store.insertBlocks('http_requests', [plantedRequestsBlock(rows)], 'b-8');
  await world.store.insertBlocks('otel_traces', [spansBlock([...twins, ...alone])], 'b-9');
  const { count, routes } = await world.store.evidence.requests({ service: 'fixed', window });
  expect(count).toBe(302);
  expect(routes.slice(0, 5)).toEqual(['/sdk/0', '/sdk/1', '/sdk/2', '/sdk/3', '/sdk/4']);
  expect(routes.at(-1)).toBe('/people/ann');
});
