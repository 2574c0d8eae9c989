import { beforeAll, expect, test } from 'vitest';
import * as planted from '../testdata/planted.ts';
import { openTestStore } from '../testdata/test-store.ts';

const world = await openTestStore();
const from = planted.plantedFrom();
const window = { fromUnixNanos: from, toUnixNanos: from + BigInt(planted.REQUESTS) * planted.STEP_NANOS };
const search = { service: 'order', window, limit: 20 };

beforeAll(async () => {
  await world.store.migrate();
  await planted.insertPlanted(world.store, from);
});

test('the newest traces of a service come first, as many as were asked for', async () => {
  const newest = Array.from({ length: 20 }, (_, i) => planted.traceOf(planted.REQUESTS - 1 - i));
  expect(await world.store.traceSearch.ids(search)).toEqual(newest);
  expect(await world.store.traceSearch.ids({ ...search, service: "or'der" })).toEqual([]);
});

test('by operation and by duration those that fit, and no others', async () => {
  const all = Array.from({ length: planted.REQUESTS }, (_, i) => i).toReversed();
  const some = { ...search, limit: 1000 };
  const listed = all.filter((i) => planted.routeOf(i) === '/list').map(planted.traceOf);
  expect(await world.store.traceSearch.ids({ ...some, operation: 'POST /list' })).toEqual(listed);
  const slow = all.filter((i) => planted.isSlow(i)).map(planted.traceOf);
  expect(await world.store.traceSearch.ids({ ...some, minNanos: 200e6 })).toEqual(slow);
  const quick = all.filter((i) => !planted.isSlow(i)).map(planted.traceOf);
  expect(await world.store.traceSearch.ids({ ...some, maxNanos: 200e6 })).toEqual(quick);
});

test('names of services and operations are those of the window', async () => {
  expect(await world.store.traceSearch.services(window)).toEqual(['order']);
  expect(await world.store.traceSearch.operations('order', window)).toEqual([
    { name: 'POST /list', kind: 'server' },
    { name: 'POST /order', kind: 'server' },
  ]);
  const before = { fromUnixNanos: from - 10n, toUnixNanos: from };
  expect(await world.store.traceSearch.services(before)).toEqual([]);
});
