import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BATCH_KINDS, type BatchKind, TABLES } from '@mapscope/events';
import { beforeAll, expect, test } from 'vitest';
import { openStore } from './store.ts';
import * as planted from './testdata/planted.ts';
import { openTestStore } from './testdata/test-store.ts';

const from = planted.plantedFrom();
const world = await openTestStore();

const count = async (table: string, of = 'count()'): Promise<number> =>
  Number((await world.clickhouse.rows<{ n: string }>({ name: 'test', sql: `SELECT ${of} AS n FROM ${table}` }))[0]?.n);

beforeAll(async () => {
  expect(await world.store.migrate()).toEqual([
    '0001-probe-tables',
    '0002-batches',
    '0003-rollups',
    '0004-otel-traces',
    '0005-sdk-routes',
    '0006-client-requests',
    '0007-gc-events',
    '0008-map-events',
    '0009-goroutine-events',
    '0010-syncmap-events',
    '0011-blocks',
    '0012-incidents',
    '0013-probe-routes',
    '0014-otel-metrics-logs',
    '0015-incident-coverage',
    '0016-alert-deliveries',
    '0017-struct-layouts',
    '0018-probe-policies',
  ]);
  await planted.insertPlanted(world.store, from);
});

test('migrations run once, and the tables have the columns of TABLES', async () => {
  expect(await world.store.migrate()).toEqual([]);
  const found = await world.clickhouse.rows<{ table: string; name: string; type: string }>({
    name: 'test',
    sql: 'SELECT table, name, type FROM system.columns WHERE database = currentDatabase() ORDER BY table, position',
  });
  for (const kind of Object.keys(BATCH_KINDS) as BatchKind[]) {
    const columns = found.filter(({ table }) => table === kind).map(({ name, type }) => ({ name, type }));
    // Theirs have the exporter's order and types: otel-tables.integration.test.ts.
    if (kind.startsWith('otel_')) {
      expect(columns.map(({ name }) => name)).toEqual(expect.arrayContaining(TABLES[kind].map(({ name }) => name)));
    } else expect(columns).toEqual(TABLES[kind]);
  }
  expect(found.filter(({ type }) => type.includes('Nullable'))).toEqual([]);
});

test('every table, roll-ups included, has a deduplication window and old days expire', async () => {
  const tables = await world.clickhouse.rows<{ name: string; ddl: string }>({
    name: 'test',
    sql: "SELECT name, create_table_query AS ddl FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree' AND name NOT LIKE '.%'",
  });
  expect(tables.map(({ name }) => name).sort()).toEqual(
    [
      ...Object.keys(TABLES),
      'alert_deliveries',
      'batches',
      'contention_10s',
      'incidents',
      'latency_10s',
      'migrations',
      'otel_traces_trace_id_ts',
      'probe_policies',
      'probe_routes',
      'sdk_routes',
    ].sort(),
  );
  for (const { name, ddl } of tables) {
    expect(ddl).toContain('non_replicated_deduplication_window = 10000');
    // Routes are one part for all ages: they expire one by one, not by day.
    if (name.endsWith('_routes')) expect(ddl).toMatch(/TTL last_seen/);
    else if (name !== 'migrations') expect(ddl).toMatch(/TTL .*ttl_only_drop_parts = 1/);
  }
});

test('a column that TABLES gained later is added to an old table', async () => {
  await world.clickhouse.command({ name: 'test', sql: `ALTER TABLE ${world.database}.probe_events DROP COLUMN goid` });
  expect(await world.store.migrate()).toEqual(['column probe_events.goid']);
});

const counts = (): Promise<readonly number[]> =>
  Promise.all([
    count('http_requests'),
    count('lock_waits'),
    count('agent_status'),
    count('batches'),
    count('latency_10s', 'sum(requests)'),
    count('contention_10s', 'sum(waits)'),
  ]);

test('the same batches sent again change nothing, neither rows nor roll-ups nor the ledger', async () => {
  const first = await counts();
  expect(first).toEqual([600, planted.waiting.length + 2, 4, 2, 600, planted.waiting.length + 2]);
  await planted.insertPlanted(world.store, from);
  expect(await counts()).toEqual(first);
});

test('a token or a kind that is none of ours is refused before anything is sent', async () => {
  const { store } = world;
  await expect(store.insertBlocks('lock_waits', [new Uint8Array()], "x' FORMAT")).rejects.toMatchObject({
    code: 'BATCH_MALFORMED',
  });
  await expect(store.insertBlocks('nope' as never, [new Uint8Array()], 'x')).rejects.toMatchObject({
    code: 'BATCH_MALFORMED',
  });
});

test('a block that ClickHouse cannot read is refused with its code', async () => {
  const refused = world.store.insertBlocks('lock_waits', [Buffer.from('no block')], 'x');
  await expect(refused).rejects.toMatchObject({
    code: 'CLICKHOUSE_REFUSED',
    facts: { clickhouseCode: expect.any(Number) },
  });
});

test('no server, another server, and a database without tables are told apart', async () => {
  await expect(openStore({ url: 'http://127.0.0.1:9', database: 'x' })).rejects.toMatchObject({
    code: 'CLICKHOUSE_UNREACHABLE',
    canRetry: true,
  });
  const other = createServer((_, response) => response.writeHead(404).end('<html>hello</html>')).listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as AddressInfo;
  await expect(openStore({ url: `http://127.0.0.1:${port}`, database: 'x' })).rejects.toMatchObject({
    code: 'CLICKHOUSE_REFUSED',
    canRetry: false,
  });
  other.close();
  await expect(openStore({ url: world.url, database: 'a b' })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  const empty = await openStore({ url: world.url, database: 'never_made' });
  await expect(empty.agents()).rejects.toMatchObject({
    code: 'CLICKHOUSE_REFUSED',
    message: expect.stringContaining('migrations'),
  });
  await empty.close();
});
