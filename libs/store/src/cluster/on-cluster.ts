/**
 * The same schema for a cluster, out of the statements of the migrations: what holds rows becomes a replicated table on
 * every shard, and a table of the old name in front of all of them.
 *
 *   insert, query ─► lock_waits (Distributed) ─┬► shard 1: lock_waits_local (Replicated…) ─(view)─► contention_10s_local
 *                                              └► shard 2: lock_waits_local               ─(view)─► contention_10s_local
 *
 * Rows go to shards by a key that the row itself decides, never by chance: a batch that is sent again must be cut the same
 * way, or its token would meet another block. Pure; a statement it does not know is an error, so none is forgotten.
 * `{shard}` and `{replica}` are the macros of the servers' configuration, as in ClickHouse's own examples:
 * https://clickhouse.com/docs/engines/table-engines/mergetree-family/replication
 */
import { MapscopeError } from '@mapscope/events';

export interface Cluster {
  /** as <remote_servers> of the servers names it */
  readonly name: string;
  /** a quoted identifier */
  readonly database: string;
}

/** The first of these columns that a table has decides the shard: a trace stays together, an agent's rows do. */
const SHARD_COLUMNS = ['trace_id', 'TraceId', 'agent', 'service', 'name', 'incident'];

type Rewrite = (cluster: Cluster, found: readonly string[]) => readonly string[];

const NAME = String.raw`(\`\w+\`)\.\`?(\w+)\`?`;

const REWRITES: readonly (readonly [RegExp, Rewrite])[] = [
  [
    /^CREATE DATABASE IF NOT EXISTS (\S+)$/,
    ({ name }, [database]) => [`CREATE DATABASE IF NOT EXISTS ${database} ON CLUSTER '${name}'`],
  ],
  [
    new RegExp(String.raw`^CREATE TABLE IF NOT EXISTS ${NAME} (\(.*\)) ENGINE = (\w+)(?:\((\w+)\))?(.*)$`, 's'),
    createTable,
  ],
  [new RegExp(String.raw`^CREATE MATERIALIZED VIEW IF NOT EXISTS ${NAME} TO ${NAME} AS\s+(.*)$`, 's'), createView],
  [new RegExp(String.raw`^ALTER TABLE ${NAME} (ADD COLUMN .*)$`, 's'), addColumn],
  [new RegExp(String.raw`^ALTER TABLE ${NAME} (MODIFY SETTING .*)$`, 's'), modifySetting],
  [new RegExp(String.raw`^ALTER TABLE ${NAME} (MODIFY QUERY .*)$`, 's'), modifyQuery],
  // From all shards, to all shards.
  [/^(INSERT INTO .*)$/s, (_cluster, [statement = '']) => [statement]],
];

export function onCluster(statement: string, cluster: Cluster): readonly string[] {
  for (const [pattern, rewrite] of REWRITES) {
    const found = pattern.exec(statement);
    if (found !== null) return rewrite(cluster, found.slice(1));
  }
  throw new MapscopeError('INTERNAL', `no form for a cluster is known of: ${statement.slice(0, 120)}`);
}

function createTable(
  { name }: Cluster,
  [database, table = '', columns = '', engine, version, rest = '']: readonly (string | undefined)[],
) {
  const key = SHARD_COLUMNS.find((column) => new RegExp(String.raw`^ +\`?${column}\`? `, 'm').test(columns)) ?? '';
  const place = `'/clickhouse/tables/{shard}/{database}/{table}', '{replica}'${version === undefined ? '' : `, ${version}`}`;
  const local = `${database}.\`${table}_local\``;
  return [
    `CREATE TABLE IF NOT EXISTS ${local} ON CLUSTER '${name}' ${columns} ENGINE = Replicated${engine}(${place})${replicatedSettings(rest)}`,
    `CREATE TABLE IF NOT EXISTS ${database}.\`${table}\` ON CLUSTER '${name}' AS ${local} ENGINE = Distributed('${name}', ${database}, \`${table}_local\`, cityHash64(${key}))`,
  ];
}

function createView({ name }: Cluster, [database, view, , target, select = '']: readonly string[]) {
  return [
    `CREATE MATERIALIZED VIEW IF NOT EXISTS ${database}.${view} ON CLUSTER '${name}' TO ${database}.\`${target}_local\` AS ${fromLocal(select)}`,
  ];
}

function addColumn({ name }: Cluster, [database, table, change]: readonly string[]) {
  return [`\`${table}_local\``, `\`${table}\``].map(
    (each) => `ALTER TABLE ${database}.${each} ON CLUSTER '${name}' ${change}`,
  );
}

function modifySetting({ name }: Cluster, [database, table, change = '']: readonly string[]) {
  return [`ALTER TABLE ${database}.\`${table}_local\` ON CLUSTER '${name}' ${replicatedSettings(change)}`];
}

/** A view has one name everywhere: only what it reads from is local. */
function modifyQuery({ name }: Cluster, [database, view, change = '']: readonly string[]) {
  return [`ALTER TABLE ${database}.${view} ON CLUSTER '${name}' ${fromLocal(change)}`];
}

const fromLocal = (select: string): string =>
  select.replace(new RegExp(String.raw`\bFROM ${NAME}`, 'g'), 'FROM $1.`$2_local`');

/** The window of tokens has another name where tables are replicated. */
const replicatedSettings = (text: string): string =>
  text.replaceAll('non_replicated_deduplication_window', 'replicated_deduplication_window');
