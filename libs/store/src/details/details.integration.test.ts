import { LOCK_KINDS, MAP_EVENT_KINDS, MAP_OPS } from '@mapscope/events';
import { beforeAll, expect, test } from 'vitest';
import * as planted from '../testdata/planted.ts';
import { rowsBlock } from '../testdata/rows-block.ts';
import { openTestStore } from '../testdata/test-store.ts';

const MINUTE = 60_000_000_000n;
const from = planted.plantedFrom();
const order = { service: 'order', window: { fromUnixNanos: from, toUnixNanos: from + MINUTE } };
const long = { ...order, window: { fromUnixNanos: from, toUnixNanos: from + 8n * 60n * MINUTE } };
const MAP = 0xc0_0099_0000n;
const SITE = { function: 'main.(*Cache).Put', file: '/src/cache.go', line: 55 };
const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);
const world = await openTestStore();

const map = { ts: from, map_addr: MAP, map_type: 'map[string]int', function: SITE.function, file: SITE.file, line: 55 };
const { count, write, conflict, guard } = MAP_EVENT_KINDS;

beforeAll(async () => {
  await world.store.migrate();
  await planted.insertPlanted(world.store, from);
  const rows = [
    { ...map, kind: count, op: MAP_OPS.assign, count: 40 },
    { ...map, kind: count, op: MAP_OPS.access, count: 60, line: 56 },
    { ...map, kind: write, op: MAP_OPS.assign, count: 32 },
    ...[57, 57, 58].map((line) => ({
      ...map,
      kind: conflict,
      line,
      window_ns: line,
      other_function: 'main.Other',
      other_line: 9,
    })),
    { ...map, kind: conflict, flag_seen: 1 },
    { ...map, kind: guard, count: 7, lock_addr: planted.LOCK, lock_kind: LOCK_KINDS.mutex, lock_function: 'main.Lock' },
    { ...map, map_addr: MAP + 64n, kind: count, op: MAP_OPS.access, count: 1000 },
  ];
  await world.store.insertBlocks('map_events', [rowsBlock('map_events', rows)], 'details-maps');
});

test('contention over time adds up to contention, from raw rows and from the roll-up', async () => {
  const rows = await world.store.contention(order, 10);
  for (const query of [order, long]) {
    const asked = { stepSeconds: 10, role: 'waiter', limit: 5 } as const;
    const series = await world.store.details.contentionSeries(query, asked);
    expect(series.sites.map(({ site, lockKinds }) => [site, lockKinds])).toEqual([[planted.GET, ['rwmutex_read']]]);
    const [site] = series.sites;
    expect(sum(site?.waitNanos ?? [])).toBe(sum(rows.map(({ waitNanos }) => waitNanos)));
    expect([...(site?.waits.slice(0, 6) ?? [])]).toEqual([12, 10, 10, 100, 10, 10]);
    expect(series.others.sites).toBe(0);
    expect(series.startUnixNanos[1]).toBe(from + 10_000_000_000n);
    expect(series.requestNanos[3]).toBe(sum(Array.from({ length: 100 }, (_, i) => planted.durationOf(300 + i))));
  }
});

test('lines beyond the limit are told together, and a route has its own waits only', async () => {
  const { details } = world.store;
  const none = await details.contentionSeries(order, { stepSeconds: 60, role: 'holder', limit: 1 });
  expect(none.sites[0]?.site).toEqual(planted.REBUILD);
  const listed = await details.contentionSeries(
    { ...order, route: '/list' },
    { stepSeconds: 60, role: 'waiter', limit: 1 },
  );
  expect(sum(listed.sites[0]?.waits ?? [])).toBe(planted.waiting.filter((i) => i % 3 === 0).length);
  await expect(
    details
      .contentionSeries(long, { stepSeconds: 1, role: 'waiter', limit: 1 })
      .then(({ startUnixNanos }) => startUnixNanos.length),
  ).resolves.toBe(2880);
});

test('a lock has its matrix per platform in pages that meet, and requests that waited with their number', async () => {
  const { details } = world.store;
  const [lock] = (await details.locks(order, { limit: 1 })).rows;
  const all = planted.waiting.length + 2;
  expect(lock).toMatchObject({
    address: '0x000000c000123450',
    waits: all,
    waiter: planted.GET,
    holder: planted.REBUILD,
  });
  expect(lock?.platforms).toEqual([...planted.PLATFORMS]);
  const whole = await details.lock(order, planted.LOCK, { limit: 10 });
  expect(whole).toMatchObject({ waits: all, lockKinds: ['rwmutex_read'], processes: 1 });
  expect(whole?.matrix.rows.map(({ platform }) => platform).sort()).toEqual([...planted.PLATFORMS]);
  expect(sum(whole?.matrix.rows.map(({ waitNanos }) => waitNanos) ?? [])).toBe(whole?.waitNanos);
  const first = await details.lock(order, planted.LOCK, { limit: 1 });
  const second = await details.lock(order, planted.LOCK, { limit: 1, after: first?.matrix.end });
  expect([...(first?.matrix.rows ?? []), ...(second?.matrix.rows ?? [])]).toEqual(whole?.matrix.rows);
  expect(second?.matrix.end).toBeUndefined();
  // Only the slow hundred waited with their own goroutine.
  expect(whole?.platforms.map(({ requests, waitingRequests }) => [requests, waitingRequests])).toEqual([
    [300, 50],
    [300, 50],
  ]);
  expect(whole?.guards).toEqual([{ mapType: 'map[string]int', site: SITE, count: 7 }]);
  expect(whole?.exemplarTraceIds[0]).toBe(planted.traceOf(399));
  expect(await details.lock(order, 1n, { limit: 1 })).toBeUndefined();
});

test('a map has the lines that met in it, those that used it, and the locks before it', async () => {
  const { details } = world.store;
  const listed = await details.maps(order, { limit: 1 });
  expect(listed.rows).toEqual([
    expect.objectContaining({ mapType: 'map[string]int', operations: 100, writes: 40, conflicts: 4 }),
  ]);
  expect((await details.maps(order, { limit: 1, after: listed.end })).rows).toMatchObject([{ operations: 1000 }]);
  const whole = await details.map(order, MAP, { limit: 10 });
  expect(whole?.matrix.rows.map(({ site, other, conflicts }) => [site.line, other?.line, conflicts])).toEqual(
    expect.arrayContaining([
      [57, 9, 2],
      [58, 9, 1],
      [55, undefined, 1],
    ]),
  );
  expect(whole?.matrix.rows.filter(({ isSeenByRuntime }) => isSeenByRuntime)).toHaveLength(1);
  expect(whole?.uses.map(({ op, count: uses }) => [op, uses])).toEqual([
    ['access', 60],
    ['assign', 40],
  ]);
  expect(whole?.guardedBy).toMatchObject([{ lockAddress: '0x000000c000123450', lockKind: 'mutex', count: 7 }]);
});

const slowOf = (parity: number): number =>
  planted.waiting.filter((i) => planted.isSlow(i) && i % 3 === 0 && i % 2 === parity).length;

test('platforms of a route count its requests only', async () => {
  const rows = await world.store.details.platforms({ ...order, route: '/list' });
  expect(rows.map(({ requests, waitingRequests }) => [requests, waitingRequests])).toEqual([
    [100, slowOf(0)],
    [100, slowOf(1)],
  ]);
});
