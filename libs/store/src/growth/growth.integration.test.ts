import {
  type BatchKind,
  MAP_EVENT_KINDS,
  MAP_OPS,
  PROBE_EVENT_KINDS,
  SYNCMAP_EVENT_KINDS,
  SYNCMAP_OPS,
} from '@mapscope/events';
import { beforeAll, expect, test } from 'vitest';
import * as planted from '../testdata/planted.ts';
import { type PlantedRow, rowsBlock } from '../testdata/rows-block.ts';
import { openTestStore } from '../testdata/test-store.ts';
import type { Growth } from './records.ts';

const world = await openTestStore();
const at = planted.plantedFrom();
const HOUR = 3_600_000_000_000n;
const BOUNDS = { requestNanos: [50e6, 350e6], waitNanos: [2e6, 1e9] };
let sequence = 1n;

/** as the writer does: the block, then its line in the ledger */
async function insert(kind: BatchKind, rows: readonly PlantedRow[]): Promise<void> {
  sequence += 1n;
  const times = rows.map(({ ts }) => BigInt(ts ?? 0));
  const [first = 0n, last = first] = [times[0], times.at(-1)];
  const block = rowsBlock(
    kind,
    rows.map((row) => ({ ...row, batch_seq: sequence })),
  );
  await world.store.insertBlocks(kind, [block], `${kind}-${sequence}`);
  const identity = { agent: planted.AGENT, boot: 1n, family: kind, kind, sequence };
  const place = { topic: 't', partition: 0, offset: String(sequence) };
  const entry = { ...identity, ...place, rows: rows.length, firstUnixNanos: first, lastUnixNanos: last };
  await world.store.recordBatches([entry], `ledger-${sequence}`);
}

const now = async (): Promise<number> => {
  const [row] = await world.clickhouse.rows<{ at: string }>({
    name: 'now',
    sql: 'SELECT toUnixTimestamp64Milli(now64(3)) AS at',
  });
  return Number(row?.at);
};

const request = { method: 'GET', route: '/a', service: "or'der" };
let edges: readonly [number, number, number];
let growth: readonly [Growth, Growth, Growth];

beforeAll(async () => {
  await world.store.migrate();
  const start = await now();
  await insert('http_requests', [
    { ...request, ts: at, duration_ns: 40_000_000n, trace_id: 'aa' },
    { ...request, ts: at + 5n, duration_ns: 300_000_000n, trace_id: 'bb' },
    { ...request, ts: at + 9n, duration_ns: 900_000_000n },
  ]);
  const wait = { lock_kind: 1, waiter_function: 'main.f', waiter_file: 'f.go', waiter_line: 3 };
  await insert('lock_waits', [
    { ...wait, ts: at, wait_ns: 1_000_000n, trace_id: 'cc' },
    { ...wait, ts: at + 1n, wait_ns: 3_000_000n, trace_id: 'dd' },
  ]);
  await insert('map_events', [
    { ts: at, kind: MAP_EVENT_KINDS.count, op: MAP_OPS.assign, key_class: 'string(≤16)', count: 7n },
    { ts: at, kind: MAP_EVENT_KINDS.conflict, op: MAP_OPS.assign, key_class: 'string(≤16)', count: 1n },
    { ts: at, kind: MAP_EVENT_KINDS.write, op: MAP_OPS.assign, key_class: 'string(≤16)', count: 5n },
  ]);
  await insert('syncmap_events', [
    { ts: at, kind: SYNCMAP_EVENT_KINDS.count, op: SYNCMAP_OPS.load, map_addr: 0xc0n, count: 9n },
    { ts: at, kind: SYNCMAP_EVENT_KINDS.promotion, op: SYNCMAP_OPS.load, map_addr: 0xc0n, count: 1n },
  ]);
  await insert('probe_events', [{ ts: at, kind: PROBE_EVENT_KINDS.fatal }]);
  const between = (await now()) + 1;
  while ((await now()) <= between);
  await insert('http_requests', [{ ...request, ts: at - HOUR, duration_ns: 10n }]);
  edges = [start - 1, between, (await now()) + 1];
  const read = (fromUnixMillis: number, toUnixMillis: number) =>
    world.store.growth({ fromUnixMillis, toUnixMillis }, BOUNDS);
  const [first, middle, last] = edges;
  growth = [await read(first, middle), await read(middle, last), await read(last, last + 1000)];
});

test('requests and waits are counted, summed and held against the bounds, with the longest of them', () => {
  expect(growth[0].requests).toEqual([
    {
      service: "or'der",
      platform: 'p',
      method: 'GET',
      route: '/a',
      count: 3,
      sumNanos: 1_240_000_000,
      within: [1, 2],
      slowest: {
        traceId: '',
        nanos: 900_000_000,
        atUnixNanos: at + 9n,
      },
    },
  ]);
  expect(growth[0].waits).toEqual([
    {
      service: 'order',
      platform: 'p',
      lockKind: 'mutex',
      function: 'main.f',
      file: 'f.go',
      line: 3,
      count: 2,
      sumNanos: 4_000_000,
      within: [1, 2],
      slowest: {
        traceId: 'dd'.padStart(32, '0'),
        nanos: 3_000_000,
        atUnixNanos: at + 1n,
      },
    },
  ]);
});

test('operations are those that were counted, not those that were picked out of them; conflicts and crashes are told', () => {
  const place = { service: 'order', platform: 'p' };
  expect(growth[0].maps).toEqual([{ ...place, op: 'assign', keyClass: 'string(≤16)', operations: 7, conflicts: 1 }]);
  expect(growth[0].syncmaps).toEqual([{ ...place, op: 'load', mapAddress: '0x00000000000000c0', operations: 9 }]);
  expect(growth[0].crashes).toEqual([{ ...place, kind: 'fatal', crashes: 1 }]);
});

test('a row is told in the window it was inserted in, however old it is, and in no other', () => {
  expect(growth[1].requests).toMatchObject([{ count: 1, sumNanos: 10, within: [1, 1] }]);
  expect(growth[1].waits).toEqual([]);
  expect(growth[2].requests).toEqual([]);
});
