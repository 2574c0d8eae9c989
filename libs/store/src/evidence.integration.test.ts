/** Evidence beyond lock waits, on the real engine: calls, the collector, states of goroutines, maps, writers that wait. */
import {
  BINDINGS,
  GC_EVENT_KINDS,
  GOROUTINE_EVENT_KINDS,
  GOROUTINE_STATES,
  LOCK_KINDS,
  MAP_EVENT_KINDS,
  PROBE_EVENT_KINDS,
  RW_STATES,
  TRACE_SOURCES,
} from '@mapscope/events';
import { explain, seededRng, STRETCH_KINDS } from '@mapscope/rootcause';
import { beforeAll, expect, test } from 'vitest';
import { readStretches } from './evidence/stretches.ts';
import { plantedFrom } from './testdata/planted.ts';
import { type PlantedRow, rowsBlock } from './testdata/rows-block.ts';
import { openTestStore } from './testdata/test-store.ts';

const MS = 1_000_000n;
const from = plantedFrom();
const at = (ms: number): bigint => from + BigInt(ms) * MS;
const query = { service: 'order', window: { fromUnixNanos: from, toUnixNanos: at(60_000) } };
const trace = (i: number): string => i.toString(16).padStart(32, '0');
const EXACT = { binding: BINDINGS.exact };
const SEND = { function: 'main.(*Queue).Push', file: '/src/queue.go', line: 19 };
const world = await openTestStore();

/** Ten requests of 100 ms, one a second; the last of another process. */
const requests = Array.from({ length: 10 }, (_, i): PlantedRow => {
  const source = { trace_source: TRACE_SOURCES.traceparent, span_id: String(i + 1) };
  return { ts: at(i * 1000), duration_ns: 100n * MS, trace_id: trace(i + 1), ...source, pid: i === 9 ? 78 : 77 };
});

const calls: readonly PlantedRow[] = [
  { ts: at(10), duration_ns: 50n * MS, trace_id: trace(1), host: 'stock:8080', ...EXACT },
  { ts: at(1010), duration_ns: 20n * MS, trace_id: trace(2), host: 'user:8080', binding: BINDINGS.inherited },
  { ts: at(1020), duration_ns: 20n * MS, trace_id: trace(99), host: 'stranger:1', ...EXACT },
  { ts: at(1020), duration_ns: 20n * MS, trace_id: trace(3), host: 'unbound:1', binding: BINDINGS.none },
  { ts: at(10), duration_ns: 20n * MS, trace_id: trace(1), host: 'stock:8080', ...EXACT, service: 'cart' },
];

const collector: readonly PlantedRow[] = [
  { ts: at(2010), kind: GC_EVENT_KINDS.assist, duration_ns: 30n * MS, trace_id: trace(3), ...EXACT },
  { ts: at(2000), kind: GC_EVENT_KINDS.cycle, duration_ns: 90n * MS },
  { ts: at(2050), kind: GC_EVENT_KINDS.stop_the_world, duration_ns: 1n * MS },
  { ts: at(2060), kind: GC_EVENT_KINDS.stop_the_world, duration_ns: 2n * MS, pid: 78 },
];

/** One goroutine runs, waits for a channel, and is ready: a dump 9 s after the begin. */
const state = (ms: number, newState: number, more: PlantedRow = {}): PlantedRow => ({
  ts: at(ms),
  dump_ts: at(9000),
  complete_from: at(4000),
  event: GOROUTINE_EVENT_KINDS.change,
  goid: 5,
  new_state: newState,
  trace_id: trace(6),
  ...EXACT,
  ...more,
});
const states: readonly PlantedRow[] = [
  state(3900, GOROUTINE_STATES.running, { trace_id: trace(0), binding: BINDINGS.none }),
  state(5010, GOROUTINE_STATES.waiting, { wait_reason: 'chan send', ...SEND }),
  state(5060, GOROUTINE_STATES.runnable),
  state(5070, GOROUTINE_STATES.running),
  state(5080, GOROUTINE_STATES.waiting, { wait_reason: 'IO wait' }),
];

const PUT = { function: 'main.(*Cache).Put', file: '/src/cache.go', line: 57 };
const other = { other_function: 'main.(*Cache).Rebuild', other_file: '/src/cache.go', other_line: 88 };
const maps: readonly PlantedRow[] = [
  { ts: at(20), kind: MAP_EVENT_KINDS.conflict, map_addr: 16, map_type: 'map[string]int', ...PUT, ...other },
  { ts: at(30), kind: MAP_EVENT_KINDS.conflict, map_addr: 16, map_type: 'map[string]int', ...PUT, ...other },
  { ts: at(30), kind: MAP_EVENT_KINDS.guard, map_type: 'map[string]int', count: 40, lock_addr: 0xc000, ...PUT },
];

const writer: PlantedRow = {
  ts: at(40),
  lock_kind: LOCK_KINDS.rwmutex_write,
  lock_addr: 0xc000,
  wait_ns: 70n * MS,
  rw_state: RW_STATES.readers_holding,
  holder_function: 'main.(*Report).Build',
  holder_file: '/src/report.go',
  holder_line: 71,
};

beforeAll(async () => {
  await world.store.migrate();
  const insert = async (kind: Parameters<typeof rowsBlock>[0], rows: readonly PlantedRow[]): Promise<void> =>
    world.store.insertBlocks(kind, [rowsBlock(kind, rows)], `t-${kind}`);
  await insert('http_requests', requests);
  await insert('client_requests', calls);
  await insert('gc_events', collector);
  await insert('goroutine_events', states);
  await insert('map_events', maps);
  await insert('lock_waits', [
    writer,
    { ...writer, ts: at(50), rw_state: RW_STATES.writer_pending, trace_id: trace(1), ...EXACT },
  ]);
  await insert('probe_events', [
    { ts: at(500), kind: PROBE_EVENT_KINDS.fatal, message: 'concurrent map writes' },
    { ts: at(600), kind: PROBE_EVENT_KINDS.panic, message: 'concurrent map writes, said by a panic' },
  ]);
  await insert('agent_status', [
    { ts: at(100), family: 'lock_waits', probes: 4 },
    { ts: at(100), family: 'map_events', probes: 0 },
  ]);
});

test("stretches are those of the window's own requests: calls, help for the collector, states in dumps", async () => {
  const found = await world.store.evidence.stretches(query);
  const rows = Array.from({ length: found.count }, (_, i) => {
    const kind = STRETCH_KINDS[found.kinds[i]!]!;
    const name = found.names[i]!;
    return [
      found.traceIds[i],
      kind,
      kind === 'call' ? found.hosts[name] : kind === 'channel' ? found.sites[name]?.line : undefined,
      Number((found.startUnixNanos[i]! - from) / MS),
      found.durationNanos[i]! / 1e6,
      found.exact[i],
    ];
  });
  expect(rows).toEqual([
    [trace(1), 'call', 'stock:8080', 10, 50, 1],
    [trace(2), 'call', 'user:8080', 1010, 20, 0],
    [trace(3), 'assist', undefined, 2010, 30, 1],
    [trace(6), 'channel', 19, 5010, 50, 1],
    [trace(6), 'runnable', undefined, 5060, 10, 1],
    [trace(6), 'running', undefined, 5070, 10, 1],
  ]);
});

test('findings: stops and the process they stopped, conflicts, crashes, guards, writers held up by readers', async () => {
  const [found, asked] = await Promise.all([
    world.store.evidence.findings(query),
    world.store.evidence.requests(query),
  ]);
  expect(found).toMatchObject({
    watched: ['lock_waits'],
    collections: 1,
    crashes: [{ unixNanos: at(500), message: 'concurrent map writes' }],
    conflicts: [{ mapType: 'map[string]int', mapAddress: '0x0000000000000010', site: PUT, count: 2 }],
    guards: [{ lockAddress: '0x000000000000c000', mapType: 'map[string]int', site: PUT, count: 40 }],
    heldByReaders: [{ lockAddress: '0x000000000000c000', reader: { line: 71 }, waitNanos: 70e6 }],
    bindings: { exact: 1, inherited: 0, none: 1 },
  });
  expect(found.conflicts[0]?.other?.line).toBe(88);
  const { processes } = asked;
  expect(processes?.[0]).toBeGreaterThan(0);
  expect([...found.stops.processes]).toEqual([processes?.[9], processes?.[0]]);
  expect([...found.stops.durationNanos]).toEqual([2e6, 1e6]);
  expect(found.recorded).toEqual([
    { process: processes?.[0], window: { fromUnixNanos: at(5010), toUnixNanos: at(9000) } },
  ]);
});

/** `shed`: milliseconds off since the agent's start. */
const report = (ms: number, shed: number, more: PlantedRow = {}): PlantedRow => {
  const status: PlantedRow = { service: 'fast', agent: 'a1', family: 'http_requests', state: 'attached', probes: 9 };
  return { ...status, ts: at(ms), shed_ns: BigInt(shed) * MS, ...more };
};

test('the time that the overhead budget kept probes off is told by window, from the reports next to its edges', async () => {
  const lock = { family: 'lock_waits', shed_ns: 0n };
  const rows = [0, 2000, 4000, 20_000, 22_000].flatMap((ms) => [report(ms, ms / 2), report(ms, 0, lock)]);
  const refused = report(1000, 900, { family: 'map_events', probes: 0 });
  const died = report(19_000, 0, { state: 'died', final: 1 });
  const block = rowsBlock('agent_status', [...rows, refused, died]);
  await world.store.insertBlocks('agent_status', [block], 't-fast-status');
  const watched = async (fromMs: number, toMs: number, platform?: string) => {
    const window = { fromUnixNanos: at(fromMs), toUnixNanos: at(toMs) };
    return (await world.store.evidence.watched?.({ service: 'fast', platform, window })) ?? [];
  };
  expect(await watched(1000, 21_000)).toEqual([
    { kind: 'http_requests', share: 0.5, shedShare: 0.5 },
    { kind: 'lock_waits', share: 1, shedShare: 0 },
    { kind: 'map_events', share: 0.25, shedShare: 0 },
  ]);
  expect(await watched(1000, 21_000, 'elsewhere')).toEqual([]);
});

const say = (agent: string, ts: bigint, submitted: number, final = 0): PlantedRow => {
  const status: PlantedRow = { service: 'long', family: 'lock_waits', state: 'attached', probes: 9 };
  return { ...status, agent, ts, ring_submitted: BigInt(submitted), final };
};

test('coverage counts agents that spoke in the window, by the last that each said', async () => {
  const now = BigInt(Date.now()) * MS;
  const rows = [
    say('speaks', at(1000), 10),
    say('speaks', now, 100),
    say('ended between', at(1000), 5),
    say('ended between', at(150_000), 50, 1),
    say('ended in it', at(2000), 7, 1),
    say('came later', now, 1000),
  ];
  await world.store.insertBlocks('agent_status', [rowsBlock('agent_status', rows)], 't-long-status');
  const window = { fromUnixNanos: from, toUnixNanos: at(5000) };
  const { ringSubmitted } = await world.store.evidence.coverage({ service: 'long', window });
  expect(ringSubmitted).toBe(157);
});

test('waits say what an RWMutex was at', async () => {
  const waits = await world.store.evidence.waits(query);
  expect([...(waits.rwStates ?? [])]).toEqual([RW_STATES.writer_pending]);
});

test('a route, a platform, a bound and a hostile name select in parameters, never in text', async () => {
  const none = { ...query, service: "o'; DROP TABLE http_requests --" };
  expect((await world.store.evidence.stretches(none)).count).toBe(0);
  expect((await world.store.evidence.findings(none)).collections).toBe(0);
  expect((await world.store.evidence.stretches({ ...query, platform: 'elsewhere' })).count).toBe(0);
  expect((await world.store.evidence.stretches({ ...query, route: '/nowhere' })).count).toBe(0);
  const kept = await readStretches(world.clickhouse, query, 4);
  expect(kept.count).toBeLessThan(6);
});

test('a slow dependency is told from stored rows to verdict', async () => {
  const shop = Array.from({ length: 600 }, (_, i) => {
    const slow = i >= 300 && i % 3 === 0;
    const trace_id = (0xabc000 + i).toString(16);
    const more = { service: 'shop', trace_id, trace_source: TRACE_SOURCES.traceparent, span_id: String(i + 1) };
    const call = slow ? 200n + BigInt(i % 40) : 3n;
    const request: PlantedRow = { ...more, ts: at(i * 200), duration_ns: (20n + BigInt(i % 7) + call) * MS };
    return { request, call: { ...more, ts: at(i * 200 + 5), duration_ns: call * MS, host: 'payment:443', ...EXACT } };
  });
  const [asked, called] = [shop.map(({ request }) => request), shop.map(({ call }): PlantedRow => call)];
  await world.store.insertBlocks('http_requests', [rowsBlock('http_requests', asked)], 't-shop');
  await world.store.insertBlocks('client_requests', [rowsBlock('client_requests', called)], 't-shop-calls');
  const answer = await explain(
    {
      service: 'shop',
      baseline: { fromUnixNanos: from, toUnixNanos: at(60_000) },
      window: { fromUnixNanos: at(60_000), toUnixNanos: at(120_000) },
    },
    { source: world.store.evidence, rng: seededRng(1) },
  );
  expect([answer.verdict, answer.timeCause?.host]).toEqual(['downstream', 'payment:443']);
  expect(answer.timeCause?.explained.value).toBeGreaterThan(0.95);
});
