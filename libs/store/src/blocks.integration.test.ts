/** Many batches in one insert: all or nothing, once, in the table and in its roll-ups; and what the ledger says of them. */
import { type ColumnSpec, TABLES } from '@mapscope/events';
import { beforeAll, expect, test } from 'vitest';
import * as planted from './testdata/planted.ts';
import { type PlantedRequest, plantedRequestsBlock } from './testdata/planted-requests.ts';
import { openTestStore } from './testdata/test-store.ts';

const from = planted.plantedFrom();
const OLD: readonly ColumnSpec[] = TABLES.http_requests.filter(({ name }) => name !== 'route_source');
const NEWER: readonly ColumnSpec[] = [...TABLES.http_requests, { name: 'later', type: 'UInt8' }];

const request = (i: number): PlantedRequest => ({
  traceId: (i + 1).toString(16).padStart(32, '0'),
  route: `/r/${i % 7}`,
  routeSource: 0,
  startUnixNanos: from + BigInt(i),
  durationNanos: 1000 + i,
});
const requests = (first: number, count: number): readonly PlantedRequest[] =>
  Array.from({ length: count }, (_, i) => request(first + i));

const world = await openTestStore();
const ask = async (sql: string): Promise<string | undefined> =>
  (await world.clickhouse.rows<{ n: string }>({ name: 'test', sql: `SELECT toString(${sql}) AS n` }))[0]?.n;
const counts = (): Promise<readonly (string | undefined)[]> =>
  Promise.all([ask('(SELECT count() FROM http_requests)'), ask('(SELECT sum(requests) FROM latency_10s)')]);

beforeAll(async () => {
  await world.store.migrate();
});

test('fifty blocks in one insert are one part, and sent again they change nothing', async () => {
  const blocks = Array.from({ length: 50 }, (_, i) => plantedRequestsBlock(requests(i * 20, 20)));
  await world.store.insertBlocks('http_requests', blocks, 'fifty-1');
  expect(await counts()).toEqual(['1000', '1000']);
  const parts = `(SELECT count() FROM system.parts WHERE database = '${world.database}' AND table = 'http_requests' AND active)`;
  expect(await ask(parts)).toBe('1');
  for (const _ of [1, 2]) await world.store.insertBlocks('http_requests', blocks, 'fifty-1');
  expect(await counts()).toEqual(['1000', '1000']);
});

test('blocks of agents of different ages go into one insert', async () => {
  const before = await counts();
  const blocks = [OLD, TABLES.http_requests, NEWER, OLD].map((spec, i) =>
    plantedRequestsBlock(requests(2000 + i * 10, 10), spec),
  );
  await world.store.insertBlocks('http_requests', blocks, 'ages-1');
  expect(await counts()).toEqual(before.map((n) => String(Number(n) + 40)));
  expect(
    await ask(`(SELECT sum(duration_ns) FROM http_requests WHERE ts >= fromUnixTimestamp64Nano(${from + 2000n}))`),
  ).toBe(String(requests(2000, 40).reduce((sum, { durationNanos }) => sum + durationNanos, 0)));
});

test.each([
  ['foreign bytes', Buffer.from('no block at all, but long enough')],
  ['a block cut short', plantedRequestsBlock(requests(3000, 10)).subarray(0, -5)],
])('an insert that ends in %s has written nothing, neither rows nor roll-ups', async (name, bad) => {
  const before = await counts();
  const good = Array.from({ length: 30 }, (_, i) => plantedRequestsBlock(requests(3000 + i * 500, 500)));
  const token = name.replaceAll(' ', '-');
  await expect(world.store.insertBlocks('http_requests', [...good, bad], token)).rejects.toMatchObject({
    code: 'CLICKHOUSE_REFUSED',
  });
  expect(await counts()).toEqual(before);
  // The same token with the good ones only is taken: the refused insert left no trace of it.
  await world.store.insertBlocks('http_requests', good, token);
  expect(await counts()).toEqual(before.map((n) => String(Number(n) + 15_000)));
});

test('the ledger tells the stored sequences of a stream as ranges', async () => {
  const stream = { agent: 'b'.repeat(32), boot: 7n, family: 'lock_waits', kind: 'lock_waits' } as const;
  const entry = { ...stream, topic: 't', partition: 0, offset: '1', rows: 1 };
  const record = (sequences: readonly number[], family = 'lock_waits'): Promise<void> =>
    world.store.recordBatches(
      sequences.map((sequence) => ({ ...entry, family, sequence: BigInt(sequence) })),
      `ledger-${family}-${sequences.join('-')}`,
    );
  await record([0, 1, 2, 5]);
  await record([2, 6, 9]);
  await record([3, 4], 'last-word');
  const ranges = (of: bigint) => world.store.storedSequences(stream, of);
  expect(await ranges(0n)).toEqual([
    { first: 0n, last: 2n },
    { first: 5n, last: 6n },
    { first: 9n, last: 9n },
  ]);
  expect(await ranges(6n)).toEqual([
    { first: 6n, last: 6n },
    { first: 9n, last: 9n },
  ]);
  expect(await world.store.storedSequences({ ...stream, boot: 8n }, 0n)).toEqual([]);
});
