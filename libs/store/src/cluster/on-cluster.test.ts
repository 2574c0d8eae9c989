import { expect, test } from 'vitest';
import { MIGRATIONS, schemaStatements } from '../migrations/migrate.ts';
import { onCluster } from './on-cluster.ts';

const CLUSTER = { name: 'main', database: '`m`' };

test('a table becomes a replicated one on every shard, and one in front of them', () => {
  const [local, front] = onCluster(
    'CREATE TABLE IF NOT EXISTS `m`.`lock_waits` (\n  ts Int64,\n  `trace_id` String,\n  `agent` String\n) ENGINE = MergeTree\nORDER BY ts\nSETTINGS non_replicated_deduplication_window = 9',
    CLUSTER,
  );
  expect(local).toContain("`m`.`lock_waits_local` ON CLUSTER 'main' (");
  expect(local).toContain("ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/{database}/{table}', '{replica}')");
  expect(local).toMatch(/SETTINGS replicated_deduplication_window = 9$/);
  expect(front).toBe(
    "CREATE TABLE IF NOT EXISTS `m`.`lock_waits` ON CLUSTER 'main' AS `m`.`lock_waits_local` ENGINE = Distributed('main', `m`, `lock_waits_local`, cityHash64(trace_id))",
  );
});

test('a table that replaces rows keeps the version it goes by', () => {
  const [local] = onCluster(
    'CREATE TABLE IF NOT EXISTS `m`.`t` (\n  service String\n) ENGINE = ReplacingMergeTree(version)\nORDER BY service',
    CLUSTER,
  );
  expect(local).toContain(
    "ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/{database}/{table}', '{replica}', version)\nORDER BY",
  );
});

test('a view reads what is on its shard and writes there', () => {
  expect(
    onCluster('CREATE MATERIALIZED VIEW IF NOT EXISTS `m`.v TO `m`.t AS SELECT 1 FROM `m`.a AS source', CLUSTER),
  ).toEqual([
    "CREATE MATERIALIZED VIEW IF NOT EXISTS `m`.v ON CLUSTER 'main' TO `m`.`t_local` AS SELECT 1 FROM `m`.`a_local` AS source",
  ]);
});

test('every statement of every migration has a form for a cluster, and no row is sent to a shard by chance', () => {
  const statements = schemaStatements('mapscope', 'main');
  expect(statements.length).toBeGreaterThan(MIGRATIONS.length);
  expect(statements.join('\n')).not.toMatch(/rand\(|cityHash64\(\)|non_replicated/);
  for (const statement of statements.filter((text) => !text.startsWith('INSERT'))) {
    expect(statement).toContain("ON CLUSTER 'main'");
  }
});

test('a statement it does not know is refused', () => {
  expect(() => onCluster('RENAME TABLE a TO b', CLUSTER)).toThrow(/no form for a cluster/);
});

test.each(["a'b", '', 'x'.repeat(200)])('%j is no name of a cluster', (name) => {
  expect(() => schemaStatements('mapscope', name)).toThrow(/<remote_servers>/);
});
