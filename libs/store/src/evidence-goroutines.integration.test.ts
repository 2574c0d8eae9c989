/** Evidence that goes by goroutine, on the real engine: who served a request, who waited for whom, what a dump saw of whom. */
import { BINDINGS, GOROUTINE_EVENT_KINDS, GOROUTINE_STATES, LOCK_KINDS, TRACE_SOURCES } from '@mapscope/events';
import { STRETCH_KINDS } from '@mapscope/rootcause';
import { beforeAll, expect, test } from 'vitest';
import { plantedFrom } from './testdata/planted.ts';
import { type PlantedRow, rowsBlock } from './testdata/rows-block.ts';
import { openTestStore } from './testdata/test-store.ts';

const MS = 1_000_000n;
const from = plantedFrom();
const at = (ms: number): bigint => from + BigInt(ms) * MS;
const query = { service: 'order', window: { fromUnixNanos: from, toUnixNanos: at(60_000) } };
const trace = (i: number): string => i.toString(16).padStart(32, '0');
const SEND = { function: 'main.(*Queue).Push', file: '/src/queue.go', line: 19 };
const unnamed = (line: number) => ({ function: '', file: '', line });
const world = await openTestStore();

/** Goroutine 5 serves requests 1 and 2, one after the other, goroutine 6 request 3; 9 is of another process with the same ids. */
const requests = [
  { id: 1, ms: 1000, goid: 5, pid: 77 },
  { id: 2, ms: 1200, goid: 5, pid: 77 },
  { id: 3, ms: 1000, goid: 6, pid: 77 },
  { id: 9, ms: 1000, goid: 5, pid: 78 },
].map(({ id, ms, ...who }): PlantedRow => {
  const source = { trace_source: TRACE_SOURCES.traceparent, span_id: String(id) };
  return { ts: at(ms), duration_ns: 100n * MS, trace_id: trace(id), ...source, ...who };
});

const state = (ms: number, goid: number, newState: number, more: PlantedRow = {}): PlantedRow => ({
  ts: at(ms),
  dump_ts: at(5000),
  complete_from: at(500),
  event: GOROUTINE_EVENT_KINDS.change,
  goid,
  new_state: newState,
  binding: BINDINGS.none,
  ...more,
});
const { running, waiting } = GOROUTINE_STATES;
const sending = { wait_reason: 'chan send', ...SEND };

/** Seen by a dump long after the requests ended: it knows their traces no longer. */
const states: readonly PlantedRow[] = [
  state(990, 5, running),
  state(1020, 5, waiting, sending),
  state(1080, 5, running),
  state(1150, 5, waiting, sending),
  state(1180, 5, running),
  state(1290, 5, waiting, { wait_reason: 'IO wait' }),
  state(1010, 7, waiting, sending),
];

const wait: PlantedRow = {
  lock_kind: LOCK_KINDS.mutex,
  lock_addr: 16,
  wait_ns: 10n * MS,
  waiter_line: 7,
  holder_line: 9,
};
const waits: readonly PlantedRow[] = [
  { ...wait, ts: at(1010), trace_id: trace(1), binding: BINDINGS.exact, waiter_goid: 5, holder_goid: 6 },
  { ...wait, ts: at(1010), binding: BINDINGS.none },
  { ...wait, ts: at(1030), binding: BINDINGS.none, wait_ns: 30n * MS },
  { ...wait, ts: at(1040), binding: BINDINGS.none, lock_kind: LOCK_KINDS.waitgroup },
];

beforeAll(async () => {
  await world.store.migrate();
  const insert = async (kind: Parameters<typeof rowsBlock>[0], rows: readonly PlantedRow[]): Promise<void> =>
    world.store.insertBlocks(kind, [rowsBlock(kind, rows)], `t-${kind}`);
  await insert('http_requests', requests);
  await insert('goroutine_events', states);
  await insert('lock_waits', waits);
});

test('states of a dump belong to the request that their goroutine served then, also when that had ended', async () => {
  const found = await world.store.evidence.stretches(query);
  const rows = Array.from({ length: found.count }, (_, i) => [
    found.traceIds[i],
    STRETCH_KINDS[found.kinds[i]!],
    Number((found.startUnixNanos[i]! - from) / MS),
    found.durationNanos[i]! / 1e6,
    found.exact[i],
  ]);
  expect(rows).toEqual([
    [trace(1), 'running', 990, 30, 1],
    [trace(1), 'channel', 1020, 60, 1],
    [trace(1), 'running', 1080, 70, 1],
    [trace(2), 'running', 1180, 110, 1],
  ]);
});

test('requests and waits say which goroutine of which process', async () => {
  const [asked, found] = await Promise.all([world.store.evidence.requests(query), world.store.evidence.waits(query)]);
  expect(asked.traceIds.map((id, r) => [id, asked.goids?.[r]])).toEqual([
    [trace(1), 5],
    [trace(3), 6],
    [trace(9), 5],
    [trace(2), 5],
  ]);
  expect(found.goroutines).toEqual({
    waiters: Float64Array.of(5),
    holders: Float64Array.of(6),
    processes: Uint32Array.of(asked.processes?.[0] ?? 0),
  });
});

test('waits for locks that are bound to no request are summed line by line', async () => {
  expect(await world.store.evidence.unboundWaits?.(query)).toEqual([
    { waiter: unnamed(7), holder: unnamed(9), waits: 2, waitNanos: 40e6 },
  ]);
  expect(await world.store.evidence.unboundWaits?.({ ...query, service: "o'; DROP TABLE lock_waits --" })).toEqual([]);
});
