/** Agents, writers and databases of different ages: columns are only ever appended, so each reads the other. */
import { type ColumnSpec, ROUTE_SOURCES, TABLES } from '@mapscope/events';
import { beforeAll, expect, test } from 'vitest';
import { rollups } from './migrations/0003-rollups.ts';
import * as planted from './testdata/planted.ts';
import { type PlantedRequest, plantedRequestsBlock } from './testdata/planted-requests.ts';
import { spansBlock } from './testdata/planted-spans.ts';
import { openTestStore } from './testdata/test-store.ts';

const from = planted.plantedFrom();
const OLD: readonly ColumnSpec[] = TABLES.http_requests.filter(({ name }) => name !== 'route_source');
const NEWER: readonly ColumnSpec[] = [...TABLES.http_requests, { name: 'later', type: 'UInt8' }];

const request = (i: number): PlantedRequest => ({
  traceId: (i + 1).toString(16).padStart(32, '0'),
  route: `/r/${i}`,
  routeSource: ROUTE_SOURCES.template,
  startUnixNanos: from + BigInt(i),
  durationNanos: 1000,
});

const world = await openTestStore();
const query = <Row>(sql: string): Promise<readonly Row[]> => world.clickhouse.rows<Row>({ name: 'test', sql });
const command = (sql: string): Promise<void> => world.clickhouse.command({ name: 'test', sql });

beforeAll(async () => {
  await world.store.migrate();
});

test('blocks of an older and of a newer agent are taken beside those of today', async () => {
  const { store } = world;
  await store.insertBlocks('http_requests', [plantedRequestsBlock([request(0)], OLD)], 'o-1');
  await store.insertBlocks('http_requests', [plantedRequestsBlock([request(1)])], 'o-2');
  await store.insertBlocks('http_requests', [plantedRequestsBlock([request(2)], NEWER)], 'o-3');
  expect(await query('SELECT route, route_source, goid FROM http_requests ORDER BY ts')).toEqual([
    { route: '/r/0', route_source: ROUTE_SOURCES.unknown, goid: '5' },
    { route: '/r/1', route_source: ROUTE_SOURCES.template, goid: '5' },
    { route: '/r/2', route_source: ROUTE_SOURCES.template, goid: '5' },
  ]);
});

test('a database of before gets the column, and the routes of the rows it has', async () => {
  const { store, database } = world;
  const columns = "SELECT name FROM system.columns WHERE database = currentDatabase() AND table = 'http_requests'";
  const today = await query(`${columns} ORDER BY position`);
  for (const name of ['VIEW sdk_routes_mv', 'VIEW probe_routes_mv', 'VIEW latency_10s_mv', 'TABLE sdk_routes']) {
    await command(`DROP ${name.replace(' ', ` ${database}.`)} SYNC`);
  }
  for (const sql of rollups.statements(database)) await command(sql);
  await command(`ALTER TABLE ${database}.http_requests DROP COLUMN route_source`);
  await command(`ALTER TABLE ${database}.latency_10s DROP COLUMN registered`);
  await command(`ALTER TABLE ${database}.migrations DELETE WHERE name = '0005-sdk-routes'`);
  await expect.poll(() => query("SELECT name FROM migrations WHERE name = '0005-sdk-routes'")).toEqual([]);
  await store.insertBlocks('http_requests', [plantedRequestsBlock([request(3)], OLD)], 'o-4');
  const span = { traceId: request(0).traceId, spanId: '5'.repeat(16), startUnixNanos: from, durationNanos: 9 };
  await store.insertBlocks('otel_traces', [spansBlock([{ ...span, route: '/sdk' }])], 'o-7');
  // A writer that is older than its agent.
  await store.insertBlocks('http_requests', [plantedRequestsBlock([request(4)])], 'o-5');

  expect(await store.migrate()).toEqual(['0005-sdk-routes']);
  expect(await query(`${columns} ORDER BY position`)).toEqual(today);
  await store.insertBlocks(
    'http_requests',
    [plantedRequestsBlock([{ ...request(5), routeSource: ROUTE_SOURCES.pattern }])],
    'o-6',
  );
  expect(await query('SELECT route, route_source FROM http_requests WHERE route_source > 0')).toEqual([
    { route: '/r/5', route_source: ROUTE_SOURCES.pattern },
  ]);
  expect(
    await query(
      'SELECT route, sum(requests) AS n, max(registered) AS r FROM latency_10s GROUP BY route ORDER BY route',
    ),
  ).toEqual([0, 1, 2, 3, 4, 5].map((i) => ({ route: `/r/${i}`, n: '1', r: i === 5 ? 1 : 0 })));
  expect(await query('SELECT service, route, named FROM sdk_routes')).toEqual([
    { service: 'order', route: '/sdk', named: 0 },
  ]);
  const { count } = await store.evidence.requests({
    service: 'order',
    window: { fromUnixNanos: from, toUnixNanos: from + 10n },
  });
  expect(count).toBe(6);
});
