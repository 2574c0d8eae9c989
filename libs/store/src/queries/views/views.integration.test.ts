import {
  BINDINGS,
  GOROUTINE_DUMPS,
  GOROUTINE_EVENT_KINDS,
  GOROUTINE_STATES,
  PROBE_EVENT_KINDS,
  TRACE_SOURCES,
} from '@mapscope/events';
import { beforeAll, expect, test } from 'vitest';
import * as planted from '../../testdata/planted.ts';
import { rowsBlock, type PlantedRow } from '../../testdata/rows-block.ts';
import { openTestStore } from '../../testdata/test-store.ts';

const SECOND = 1_000_000_000n;
const MS = 1_000_000n;
const from = planted.plantedFrom();
const window = { fromUnixNanos: from, toUnixNanos: from + 60n * SECOND };
const order = { service: 'order', window };
const crashedAt = from + 30n * SECOND;
const TRACE = 'ab'.repeat(16);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const world = await openTestStore();

const { runnable, running, waiting } = GOROUTINE_STATES;
const change = (at: bigint, goid: number, state: number, more: PlantedRow = {}): PlantedRow => ({
  ts: crashedAt - at * MS,
  dump_ts: crashedAt,
  dump_reason: GOROUTINE_DUMPS.fatal,
  complete_from: crashedAt - 10n * MS,
  event: GOROUTINE_EVENT_KINDS.change,
  goid,
  new_state: state,
  ...more,
});

const CHANGES = [
  change(9n, 7, waiting, { wait_reason: 'sync.Mutex.Lock', function: 'main.Get', file: '/src/cache.go', line: 42 }),
  change(8n, 8, running, { tid: 31 }),
  change(3n, 7, runnable, { tid: 31, trace_id: TRACE, binding: BINDINGS.exact }),
  change(2n, 7, running, { tid: 32 }),
  change(0n, 8, 0, { event: GOROUTINE_EVENT_KINDS.crash, crashed: 1, note: 'both stacks are known' }),
];

const CRASH = {
  ts: crashedAt - MS,
  kind: PROBE_EVENT_KINDS.fatal,
  message: 'concurrent map writes',
  goid: 8,
  trace_id: TRACE,
  stack: planted.WAITER_STACK,
};

/** order calls stock, which calls depot in the same trace; nobody watches mail. */
const CALLS = [
  { ts: from + SECOND, service: 'order', host: 'stock:80', status: 200, duration_ns: 50n * MS, span_id: 'a1' },
  {
    ts: from + SECOND + 2n * MS,
    service: 'stock',
    host: 'depot:80',
    status: 503,
    duration_ns: 20n * MS,
    span_id: 'b1',
  },
  { ts: from + 2n * SECOND, service: 'order', host: 'mail:25', error: 1, duration_ns: 5n * MS, span_id: 'a1' },
].map((row) => ({ ...row, trace_id: TRACE }));
const SERVED = [
  { ts: from + SECOND - MS, service: 'order', route: '/traced', span_id: 'a1', duration_ns: 900n * MS },
  { ts: from + SECOND + MS, service: 'stock', route: '/stock', span_id: 'b1', duration_ns: 40n * MS },
  { ts: from + SECOND + 3n * MS, service: 'depot', route: '/depot', span_id: 'c1', duration_ns: 10n * MS },
].map((row) => ({ ...row, trace_id: TRACE, trace_source: TRACE_SOURCES.traceparent }));

beforeAll(async () => {
  const { store } = world;
  await store.migrate();
  await planted.insertPlanted(store, from);
  await store.insertBlocks('goroutine_events', [rowsBlock('goroutine_events', CHANGES)], 'views-goroutines');
  await store.insertBlocks('probe_events', [rowsBlock('probe_events', [CRASH])], 'views-crash');
  await store.insertBlocks('client_requests', [rowsBlock('client_requests', CALLS)], 'views-calls');
  await store.insertBlocks('http_requests', [rowsBlock('http_requests', SERVED)], 'views-served');
});

test('every request is in one cell, by its time and its latency', async () => {
  const map = await world.store.views.heatmap({ ...order, route: '/order' }, 10);
  expect([map.source, map.stepNanos, map.bucketsPerOctave]).toEqual(['requests', 10n * SECOND, 8]);
  expect(map.startUnixNanos).toEqual([0, 1, 2, 3, 4, 5].map((n) => from + BigInt(n) * 10n * SECOND));
  const { steps, buckets, requests } = map.cells;
  const ofOrder = Array.from({ length: planted.REQUESTS }, (_, i) => i).filter((i) => planted.routeOf(i) === '/order');
  expect(sum(requests)).toBe(ofOrder.length);
  expect(sum(map.requests)).toBe(ofOrder.length);
  for (const [i, at] of steps.entries()) {
    const expected = ofOrder.filter(
      (n) => Math.floor(n / 100) === at && Math.floor(8 * Math.log2(planted.durationOf(n))) === buckets[i],
    );
    expect(requests[i]).toBe(expected.length);
  }
  expect(map.p99Nanos[3]).toBeGreaterThan(280e6);
  expect(map.p99Nanos[0]).toBeLessThan(45e6);
});

test('the slowest requests of the window are found, with their traces', async () => {
  const slowest = await world.store.views.slowest(order, 6);
  expect(slowest).toContainEqual({
    startUnixNanos: from + SECOND - MS,
    durationNanos: 900e6,
    traceId: TRACE,
    route: '/traced',
  });
  expect(slowest.length).toBeGreaterThan(2);
  expect(slowest.length).toBeLessThanOrEqual(6);
});

test('waits are told by stack, beside those of a baseline, with all of them in the totals', async () => {
  const half = { fromUnixNanos: from, toUnixNanos: from + 30n * SECOND };
  const late = { service: 'order', window: { ...window, fromUnixNanos: half.toUnixNanos } };
  const asked = { role: 'waiter', baseline: half, limit: 10 } as const;
  const found = await world.store.views.waitStacks(late, asked);
  const totals = await Promise.all([late, { ...late, window: half }].map((query) => world.store.contention(query, 10)));
  const [now, before] = totals.map((rows) => sum(rows.map(({ waitNanos }) => waitNanos)));
  expect([found.totalWaitNanos, found.baselineTotalWaitNanos]).toEqual([now, before]);
  expect(sum(found.stacks.map(({ waitNanos }) => waitNanos))).toBe(now);
  expect(found.stacks[0]?.frames.length).toBeGreaterThan(0);
  const other = await world.store.views.waitStacks(late, { ...asked, lock: planted.LOCK + 1n });
  expect(other).toEqual({ stacks: [], totalWaitNanos: 0, baselineTotalWaitNanos: 0 });
});

test('a dump is listed once, and read with the states that its last part finds', async () => {
  const [summary, ...others] = await world.store.views.dumps('order', window, 10);
  expect(others).toEqual([]);
  expect(summary).toMatchObject({ pid: 77, dumpUnixNanos: crashedAt, reason: 'fatal', changes: 5, goroutines: 2 });
  expect(summary?.note).toBe('both stacks are known');
  const asked = { service: 'order', pid: 77, dumpUnixNanos: crashedAt };
  const dump = await world.store.views.dump({ ...asked, lastNanos: 5n * MS });
  expect(dump?.changes.map(({ goid, state, tid, isCrash }) => [goid, state, tid, isCrash])).toEqual([
    ['7', 'waiting', 0, false],
    ['8', 'running', 31, false],
    ['7', 'runnable', 31, false],
    ['7', 'running', 32, false],
    ['8', 'idle', 0, true],
  ]);
  expect(dump?.changes[0]).toMatchObject({ waitReason: 'sync.Mutex.Lock', site: { function: 'main.Get', line: 42 } });
  expect(dump?.isCut).toBe(false);
  expect(await world.store.views.dump({ ...asked, pid: 78, lastNanos: MS })).toBeUndefined();
});

test('a host is named by the service that answered first, and unknown where nobody watches', async () => {
  const { nodes, edges } = await world.store.views.serviceMap(window);
  const seen = edges.map(({ service, host, target, calls, failed }) => [service, host, target, calls, failed]);
  expect(seen).toEqual(
    expect.arrayContaining([
      ['order', 'stock:80', 'stock', 1, 0],
      ['stock', 'depot:80', 'depot', 1, 1],
      ['order', 'mail:25', undefined, 1, 1],
    ]),
  );
  const known = nodes.find(({ service }) => service === 'order');
  expect([known?.requests, (known?.waitNanos ?? 0) > 1e9]).toEqual([planted.REQUESTS + 1, true]);
});

test('a crash has its stack and leads to what the flight recorder held', async () => {
  const [crash] = await world.store.views.crashes(undefined, window, 10);
  expect(crash).toMatchObject({
    kind: 'fatal',
    message: 'concurrent map writes',
    traceId: TRACE,
    dumpUnixNanos: crashedAt,
  });
  expect(crash?.stack.length).toBeGreaterThan(0);
  expect(await world.store.views.crashes('nobody', window, 10)).toEqual([]);
});
