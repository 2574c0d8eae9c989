import { parseTraceId } from '@mapscope/events';
import { beforeAll, expect, test } from 'vitest';
import { readRequests } from './evidence/requests.ts';
import { readWaits } from './evidence/waits.ts';
import * as planted from './testdata/planted.ts';
import { openTestStore } from './testdata/test-store.ts';

const MINUTE = 60_000_000_000n;
const from = planted.plantedFrom();
const window = { fromUnixNanos: from, toUnixNanos: from + MINUTE };
const order = { service: 'order', window };
const all = Array.from({ length: planted.REQUESTS }, (_, i) => i);
const world = await openTestStore();

beforeAll(async () => {
  await world.store.migrate();
  await planted.insertPlanted(world.store, from);
});

test('requests come whole, oldest first, with route and platform', async () => {
  const requests = await world.store.evidence.requests(order);
  expect([requests.count, requests.total]).toEqual([600, 600]);
  expect([...requests.durationNanos]).toEqual(all.map(planted.durationOf));
  expect([...requests.startUnixNanos]).toEqual(all.map((i) => from + BigInt(i) * planted.STEP_NANOS));
  expect(requests.traceIds).toEqual(all.map(planted.traceOf));
  expect(requests.routes).toEqual(all.map(planted.routeOf));
  expect(requests.platforms).toEqual(all.map(planted.platformOf));
});

test('route, platform and a half-open window select, and nothing is an empty answer', async () => {
  const { evidence } = world.store;
  const some = await evidence.requests({ ...order, route: '/list', platform: planted.PLATFORMS[1] });
  expect(some.traceIds).toEqual(all.filter((i) => i % 3 === 0 && i % 2 === 1).map(planted.traceOf));
  const edge = { fromUnixNanos: from + planted.STEP_NANOS, toUnixNanos: from + 2n * planted.STEP_NANOS };
  expect((await evidence.requests({ ...order, window: edge })).traceIds).toEqual([planted.traceOf(1)]);
  const none = await evidence.requests({ ...order, service: "no'body" });
  expect([none.count, none.total, none.traceIds]).toEqual([0, 0, []]);
  expect((await evidence.waits({ ...order, service: "no'body" })).count).toBe(0);
});

test("waits are those of the window's requests, with sites, bindings and lock", async () => {
  const waits = await world.store.evidence.waits(order);
  expect(waits.traceIds).toEqual(planted.waiting.map(planted.traceOf));
  expect([...waits.waitNanos]).toEqual(planted.waiting.map(planted.waitOf));
  expect(waits.bindings).toEqual(planted.waiting.map((i) => (planted.isSlow(i) ? 'exact' : 'inherited')));
  expect(new Set(waits.lockKinds)).toEqual(new Set(['rwmutex_read']));
  expect(new Set(waits.lockAddresses)).toEqual(new Set(['0x000000c000123450']));
  expect([waits.sites[waits.waiterSites[0]!], waits.sites[waits.holderSites[0]!]]).toEqual([
    planted.GET,
    planted.REBUILD,
  ]);
  expect(waits.sites.length).toBe(2);
  const listed = await world.store.evidence.waits({ ...order, route: '/list', platform: planted.PLATFORMS[0] });
  expect(listed.traceIds).toEqual(planted.waiting.filter((i) => i % 3 === 0 && i % 2 === 0).map(planted.traceOf));
});

test('above the bound the same traces stay, in requests and waits, whatever the bound', async () => {
  const kept = await readRequests(world.clickhouse, order, 200);
  expect(kept.total).toBe(600);
  expect(kept.count).toBeGreaterThan(100);
  expect(kept.count).toBeLessThan(200);
  expect((await readRequests(world.clickhouse, order, 200)).traceIds).toEqual(kept.traceIds);
  const waits = await readWaits(world.clickhouse, order, 200);
  const waited = new Set(planted.waiting.map(planted.traceOf));
  expect(waits.traceIds).toEqual(kept.traceIds.filter((trace) => waited.has(trace)));
  const fewer = await readRequests(world.clickhouse, order, 100);
  expect(kept.traceIds).toEqual(expect.arrayContaining([...fewer.traceIds]));
});

test('a wait after the window still counts when its request began inside', async () => {
  const cut = { fromUnixNanos: from, toUnixNanos: from + 300n * planted.STEP_NANOS + 1n };
  const waits = await world.store.evidence.waits({ ...order, window: cut });
  expect(waits.traceIds.at(-1)).toBe(planted.traceOf(300));
  expect(waits.startUnixNanos.at(-1)).toBeGreaterThan(cut.toUnixNanos);
});

test('latency is exact per step, and near it from the roll-up in long windows', async () => {
  const { evidence } = world.store;
  const exact = await evidence.latencySeries(order, 10);
  expect(exact.map((point) => point.requests)).toEqual([100, 100, 100, 100, 100, 100]);
  expect(exact.map((point) => point.startUnixNanos)).toEqual(exact.map((_, i) => from + BigInt(i) * 10_000_000_000n));
  expect(exact[3]).toMatchObject({ p50Nanos: 300_000_350, p99Nanos: 300_000_399 });
  const long = { fromUnixNanos: from, toUnixNanos: from + 8n * 60n * MINUTE };
  const rolled = await evidence.latencySeries({ ...order, window: long }, 10);
  expect(rolled.map((point) => [point.startUnixNanos, point.requests])).toEqual(
    exact.map((point) => [point.startUnixNanos, point.requests]),
  );
  for (const [i, point] of rolled.entries()) {
    for (const key of ['p50Nanos', 'p99Nanos'] as const)
      expect(Math.abs(point[key] / exact[i]![key] - 1)).toBeLessThan(0.19);
  }
  await expect(evidence.latencySeries(order, 0)).rejects.toMatchObject({ code: 'QUERY_INVALID' });
});

test('coverage counts what agents said against the ledger, the pipeline against what is really there', async () => {
  const waits = planted.waiting.length + 2;
  expect(await world.store.evidence.coverage(order)).toEqual({
    ringSubmitted: 600 + waits,
    ringLost: 3,
    published: 600 + waits,
    inserted: 600 + waits,
  });
  const pipeline = await world.store.pipeline(planted.AGENT);
  const base = { agent: planted.AGENT, service: 'order', publishedBatches: 1, insertedBatches: 1, lostWithAgent: 0 };
  expect(pipeline).toEqual([
    { ...base, kind: 'http_requests', ringSubmitted: 600, ringLost: 0, published: 600, inserted: 600 },
    { ...base, kind: 'lock_waits', ringSubmitted: waits, ringLost: 3, published: waits, inserted: waits },
  ]);
  expect(await world.store.pipeline()).toEqual(pipeline);
  expect(await world.store.pipeline('f'.repeat(32))).toEqual([]);
});

test('contention names waiter and holder per platform, alike from raw rows and roll-up', async () => {
  const raw = await world.store.contention(order, 10);
  const odd = planted.waiting.filter((i) => i % 2 === 1);
  const arm = raw.find((row) => row.platform === planted.PLATFORMS[1]);
  const waited = odd.reduce((sum, i) => sum + planted.waitOf(i), 7);
  const wall = all.filter((i) => i % 2 === 1).reduce((sum, i) => sum + planted.durationOf(i), 0);
  expect(arm).toMatchObject({
    waiter: planted.GET,
    holder: planted.REBUILD,
    lockKind: 'rwmutex_read',
    waits: odd.length + 1,
    waitNanos: waited,
    locks: 1,
  });
  expect(arm?.ratio).toBeCloseTo(waited / wall, 12);
  const long = { fromUnixNanos: from, toUnixNanos: from + 8n * 60n * MINUTE };
  expect(await world.store.contention({ ...order, window: long }, 10)).toEqual(raw);
  expect(
    (await world.store.contention({ ...order, route: '/list' }, 10)).reduce((sum, row) => sum + row.waits, 0),
  ).toBe(planted.waiting.filter((i) => i % 3 === 0).length);
  expect(await world.store.contention(order, 1)).toEqual([raw[0]]);
});

test('a trace has its request, its waits and their stacks; an unknown one is undefined', async () => {
  const trace = await world.store.trace(parseTraceId(planted.traceOf(300)));
  expect(trace?.requests).toEqual([
    {
      service: 'order',
      route: '/list',
      method: 'POST',
      platform: planted.PLATFORMS[0],
      startUnixNanos: from + 300n * planted.STEP_NANOS,
      durationNanos: planted.durationOf(300),
      spanId: planted.traceOf(300).slice(16),
      parentSpanId: '0'.repeat(16),
      goid: 1300,
      traceSource: 'traceparent',
      end: 'finished',
    },
  ]);
  expect(trace?.waits).toEqual([
    expect.objectContaining({
      binding: 'exact',
      lockAddress: '0x000000c000123450',
      holderTraceId: null,
      waiterStack: [planted.GET, { function: 'main.main', file: '/src/main.go', line: 7 }],
      holderStack: [],
      waiterGoid: 1300,
    }),
  ]);
  expect(await world.store.trace(parseTraceId('f'.repeat(32)))).toBeUndefined();
});

test('services and agents are listed with what is latest', async () => {
  expect(await world.store.services(window)).toEqual([
    {
      service: 'order',
      platforms: [...planted.PLATFORMS],
      requests: 600,
      firstUnixNanos: from,
      lastUnixNanos: from + 599n * planted.STEP_NANOS,
    },
  ]);
  const agents = await world.store.agents();
  expect(agents.map(({ family, final, state, attachNanos, gap }) => [family, final, state, attachNanos, gap])).toEqual([
    ['http_requests', true, 'detached', 9_000_000, null],
    ['lock_waits', true, 'detached', 9_000_000, null],
  ]);
});
