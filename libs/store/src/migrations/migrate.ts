/**
 * Brings a database forward: every migration not yet in its book, in order, then columns that TABLES has gained since
 * (they are only ever appended). Statements say IF NOT EXISTS, so two writers starting together do no harm,
 * and a run cut short is finished by the next one.
 */
import { type BatchKind, MapscopeError, TABLES } from '@mapscope/events';
import type { Clickhouse } from '../connection/clickhouse.ts';
import { probeTables } from './0001-probe-tables.ts';
import { batches } from './0002-batches.ts';
import { rollups } from './0003-rollups.ts';
import { otelTraces } from './0004-otel-traces.ts';
import { routes } from './0005-routes.ts';
import { clientRequests } from './0006-client-requests.ts';
import { gcEvents } from './0007-gc-events.ts';
import { mapEvents } from './0008-map-events.ts';
import { goroutineEvents } from './0009-goroutine-events.ts';
import { syncmapEvents } from './0010-syncmap-events.ts';
import { blocks } from './0011-blocks.ts';
import { incidents } from './0012-incidents.ts';
import { probeRoutes } from './0013-probe-routes.ts';
import { otelMetricsLogs } from './0014-otel-metrics-logs.ts';
import { incidentCoverage } from './0015-incident-coverage.ts';
import { alertDeliveries } from './0016-alert-deliveries.ts';
import { structLayouts } from './0017-struct-layouts.ts';
import { probePolicies } from './0018-probe-policies.ts';
import { onCluster } from '../cluster/on-cluster.ts';
import { columnDdl } from './column-ddl.ts';
import { DEDUPLICATION, type Migration } from './migration.ts';

export const MIGRATIONS: readonly Migration[] = [
  probeTables,
  batches,
  rollups,
  otelTraces,
  routes,
  clientRequests,
  gcEvents,
  mapEvents,
  goroutineEvents,
  syncmapEvents,
  blocks,
  incidents,
  probeRoutes,
  otelMetricsLogs,
  incidentCoverage,
  alertDeliveries,
  structLayouts,
  probePolicies,
];

/** Database names stand in the text of migrations, so only plain ones are taken. */
export function quotedDatabase(database: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(database)) return `\`${database}\``;
  throw new MapscopeError(
    'CONFIG_INVALID',
    `"${database.slice(0, 80)}" cannot be the database: use letters, digits and underscores, a letter first`,
  );
}

/** Resolves to the names of what was applied now; empty when all was there. */
export async function migrate(clickhouse: Clickhouse, name: string): Promise<readonly string[]> {
  const database = quotedDatabase(name);
  await openBook(clickhouse, database);
  const written = await clickhouse.rows<{ readonly name: string }>({
    name: 'migrations',
    sql: 'SELECT DISTINCT name FROM migrations',
  });
  const known = new Set(written.map((row) => row.name));
  const applied: string[] = [];
  for (const migration of MIGRATIONS.filter(({ name }) => !known.has(name))) {
    for (const sql of migration.statements(database)) await clickhouse.command({ name: migration.name, sql });
    await writeDown(clickhouse, migration.name);
    applied.push(migration.name);
  }
  return [...applied, ...(await addMissingColumns(clickhouse, database))];
}

async function openBook(clickhouse: Clickhouse, database: string): Promise<void> {
  for (const sql of bookStatements(database)) await clickhouse.command({ name: 'open-book', sql });
}

/** The database, and the table that says which migrations it has had. */
const bookStatements = (database: string): readonly string[] => [
  `CREATE DATABASE IF NOT EXISTS ${database}`,
  `CREATE TABLE IF NOT EXISTS ${database}.migrations (
  name String,
  applied_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
) ENGINE = MergeTree ORDER BY name SETTINGS ${DEDUPLICATION}`,
];

/** All that `migrate` would run on an empty server, for those who run it themselves. @param cluster for one, if named */
export function schemaStatements(name: string, cluster?: string): readonly string[] {
  const database = quotedDatabase(name);
  const statements = [
    ...bookStatements(database),
    ...MIGRATIONS.flatMap((migration) => migration.statements(database)),
    `INSERT INTO ${database}.migrations (name) VALUES ${MIGRATIONS.map((migration) => `('${migration.name}')`).join(', ')}`,
  ];
  if (cluster === undefined) return statements;
  if (!/^[\w.-]{1,128}$/.test(cluster)) throw notACluster(cluster);
  return statements.flatMap((statement) => onCluster(statement, { name: cluster, database }));
}

const notACluster = (name: string): MapscopeError =>
  new MapscopeError(
    'CONFIG_INVALID',
    `"${name.slice(0, 80)}" cannot be a cluster: give its name in <remote_servers>, of letters, digits, "_", "-" and "."`,
  );

function writeDown(clickhouse: Clickhouse, name: string): Promise<void> {
  const sql = `INSERT INTO migrations SETTINGS insert_deduplication_token='${name}' FORMAT JSONEachRow`;
  return clickhouse.insert('migrations', sql, [Buffer.from(JSON.stringify({ name }))]);
}

async function addMissingColumns(clickhouse: Clickhouse, database: string): Promise<readonly string[]> {
  const found = await clickhouse.rows<{ readonly table: string; readonly name: string }>({
    name: 'columns',
    sql: 'SELECT table, name FROM system.columns WHERE database = currentDatabase()',
  });
  const present = new Set(found.map(({ table, name }) => `${table}.${name}`));
  const added: string[] = [];
  // Object.keys gives string[]; the keys of TABLES are exactly the batch kinds.
  for (const kind of Object.keys(TABLES) as BatchKind[]) {
    for (const column of TABLES[kind]) {
      if (present.has(`${kind}.${column.name}`)) continue;
      await clickhouse.command({
        name: 'add-column',
        sql: `ALTER TABLE ${database}.\`${kind}\` ADD COLUMN IF NOT EXISTS ${columnDdl(column)}`,
      });
      added.push(`column ${kind}.${column.name}`);
    }
  }
  return added;
}
