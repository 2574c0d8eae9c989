import type { BatchKind } from '@mapscope/events';
import { beforeAll, expect, test } from 'vitest';
import * as planted from './testdata/planted.ts';
import { openTestStore } from './testdata/test-store.ts';

const from = planted.plantedFrom();
const LAST = from + BigInt(planted.REQUESTS) * planted.STEP_NANOS;
const WAITS = planted.waiting.length + 2;
const world = await openTestStore();

function record(kind: BatchKind, rows: number, family: string = kind): Promise<void> {
  const { AGENT: agent } = planted;
  const place = { topic: 't', partition: kind === 'lock_waits' ? 3 : 5, offset: '7' };
  const entry = { agent, boot: 1n, family, kind, sequence: 1n, rows, firstUnixNanos: from, lastUnixNanos: LAST };
  return world.store.recordBatches([{ ...entry, ...place }], `${kind}-${family}`);
}

beforeAll(async () => {
  await world.store.migrate();
});

test('what was inserted and written down is found, and roll-ups hold what they sum up', async () => {
  await world.store.insertBlocks('lock_waits', [planted.waitsBlock(from)], 'h-waits');
  await world.store.insertBlocks('http_requests', [planted.requestsBlock(from)], 'h-requests');
  await world.store.insertBlocks('agent_status', [planted.statusBlock(from)], 'h-status');
  await record('lock_waits', WAITS);
  await record('http_requests', planted.REQUESTS);
  // Two families count sequences of their own into one table: four rows of sequence 1, one of them by the first.
  for (const [family, rows] of [
    ['agent_status', 1],
    ['last-word', 3],
  ] as const) {
    await record('agent_status', rows, family);
  }
  const health = await world.store.healthCheck();
  expect(health).toMatchObject({ batches: 4, missingRows: 0, doubledRows: 0, differences: [] });
  expect(health.foundRows).toBe(WAITS + planted.REQUESTS + 4);
  expect(health.rollups).toEqual([
    { table: 'latency_10s', rawRows: planted.REQUESTS, rolledRows: planted.REQUESTS },
    { table: 'contention_10s', rawRows: WAITS, rolledRows: WAITS },
  ]);
});

test('one row less and one row twice are seen, each where it is', async () => {
  const { clickhouse, database, store } = world;
  const one = "service = 'order' ORDER BY ts LIMIT 1";
  await clickhouse.command({
    name: 'test',
    sql: `INSERT INTO ${database}.lock_waits SELECT * FROM ${database}.lock_waits WHERE ${one}`,
  });
  const { ts } = (
    await clickhouse.rows<{ ts: string }>({ name: 'test', sql: 'SELECT max(ts) AS ts FROM http_requests' })
  )[0]!;
  await clickhouse.command({ name: 'test', sql: `ALTER TABLE ${database}.http_requests DELETE WHERE ts = '${ts}'` });
  const left = () => clickhouse.rows({ name: 'test', sql: 'SELECT count() AS n FROM http_requests' });
  await expect.poll(left, { timeout: 30_000 }).toEqual([{ n: String(planted.REQUESTS - 1) }]);
  const health = await store.healthCheck();
  expect([health.missingRows, health.doubledRows]).toEqual([1, 1]);
  expect(health.differences.toSorted((a, b) => a.partition - b.partition)).toMatchObject([
    { kind: 'lock_waits', topic: 't', partition: 3, expectedRows: WAITS, foundRows: WAITS + 1, doubledRows: 1 },
    { kind: 'http_requests', topic: 't', partition: 5, expectedRows: planted.REQUESTS, missingRows: 1, doubledRows: 0 },
  ]);
  // The doubled wait is in the roll-up as well, the request that is gone still is.
  expect(health.rollups).toEqual([
    { table: 'latency_10s', rawRows: planted.REQUESTS - 1, rolledRows: planted.REQUESTS },
    { table: 'contention_10s', rawRows: WAITS + 1, rolledRows: WAITS + 1 },
  ]);
});
