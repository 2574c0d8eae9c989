/** A database of every earlier version, with rows in all of its tables, brought to the newest: nothing is lost or changed. */
import { expect, test } from 'vitest';
import { type AnyColumn, insertAnyRows } from '../testdata/any-rows.ts';
import { openTestStore, type TestStore } from '../testdata/test-store.ts';
import { MIGRATIONS, schemaStatements } from './migrate.ts';

const ROWS = 100;
const HOUR_AGO = Math.floor(Date.now() / 1000) - 3600;
const NEWEST = MIGRATIONS.length;
/** Tables are made with today's columns. These came later: a database of a version before the number given has them not. */
const LATER_COLUMNS: readonly (readonly [column: string, from: number])[] = [
  ['http_requests.route_source', 5],
  ['lock_waits.rw_state', NEWEST],
  ['agent_status.gap_end', NEWEST],
];

/** Which sum of a roll-up counts what rows of which table, since which version. */
const ROLLUPS = [
  { rollup: 'latency_10s', of: 'http_requests', sum: 'sum(requests)', since: 3 },
  { rollup: 'contention_10s', of: 'lock_waits', sum: 'sum(waits)', since: 3 },
  { rollup: 'otel_traces_trace_id_ts', of: 'otel_traces', sum: 'uniqExact(TraceId)', since: 4 },
  // What was before is taken in.
  { rollup: 'sdk_routes', of: 'otel_traces', sum: 'uniqExact(route)', since: 4 },
  { rollup: 'probe_routes', of: 'http_requests', sum: 'uniqExact(route)', since: 3 },
] as const;

interface Table {
  readonly name: string;
  readonly isRollup: boolean;
  readonly columns: readonly AnyColumn[];
}

const command = ({ clickhouse }: TestStore, sql: string): Promise<void> => clickhouse.command({ name: 'test', sql });
const rowsOf = <Row>({ clickhouse }: TestStore, sql: string): Promise<readonly Row[]> =>
  clickhouse.rows<Row>({ name: 'test', sql });

/** What migrations 1 … version made, when these were all there were. */
async function databaseOf(world: TestStore, version: number): Promise<void> {
  const made = MIGRATIONS.slice(0, version);
  const [database = '', book = ''] = schemaStatements(world.database);
  const names = made.map(({ name }) => `'${name}'`).join(', ');
  for (const sql of [
    database,
    book,
    ...made.flatMap((migration) => migration.statements(`\`${world.database}\``)),
    `INSERT INTO ${world.database}.migrations (name) SELECT arrayJoin([${names}])`,
  ])
    await command(world, sql);
  const tables = new Set((await tablesOf(world)).map(({ name }) => name));
  for (const [column, from] of LATER_COLUMNS) {
    const [table = '', name] = column.split('.');
    if (version >= from || !tables.has(table)) continue;
    await command(world, `ALTER TABLE ${world.database}.${table} DROP COLUMN ${name}`);
  }
}

async function tablesOf(world: TestStore): Promise<readonly Table[]> {
  const found = await rowsOf<{ name: string; engine: string; columns: [string, string][] }>(
    world,
    `SELECT t.name AS name, any(t.engine) AS engine, groupArray((c.name, c.type)) AS columns
FROM system.tables AS t INNER JOIN system.columns AS c ON c.database = t.database AND c.table = t.name
WHERE t.database = currentDatabase() AND t.engine LIKE '%MergeTree' AND t.name != 'migrations' GROUP BY t.name ORDER BY t.name`,
  );
  return found.map(({ name, engine, columns }) => ({
    name,
    isRollup: engine === 'AggregatingMergeTree',
    columns: columns.map(([column, type]) => ({ name: column, type })),
  }));
}

const columnsOf = async (world: TestStore): Promise<readonly (readonly string[])[]> =>
  (await tablesOf(world)).map(({ name, columns }) => [name, ...columns.map((c) => `${c.name} ${c.type}`).toSorted()]);

/** All rows in the columns given, whatever else a row has; states that are aggregated as what they come to. */
async function contentOf(world: TestStore, tables: readonly Table[]): Promise<readonly unknown[]> {
  const parts = tables.map(({ name, isRollup, columns }) => {
    const values = columns.map((column) =>
      column.type.startsWith('AggregateFunction') ? `finalizeAggregation(${column.name})` : `\`${column.name}\``,
    );
    return `SELECT '${name}' AS name, count() AS n, sum(cityHash64(toString(tuple(${values.join(', ')})))) AS hash FROM ${name}${isRollup ? ' FINAL' : ''}`;
  });
  return rowsOf(world, `SELECT * FROM (${parts.join(' UNION ALL ')}) ORDER BY name`);
}

async function fillTables(world: TestStore, tables: readonly Table[], from: number): Promise<void> {
  for (const { name, columns } of tables.filter(({ isRollup }) => !isRollup)) {
    const table = `${world.database}.${name}`;
    await command(world, insertAnyRows(table, columns, { from, rows: ROWS, fromUnixSeconds: HOUR_AGO }));
  }
}

const summed = async (world: TestStore): Promise<readonly number[]> => {
  const parts = ROLLUPS.map(({ rollup, sum }) => `(SELECT ${sum} FROM ${rollup})`);
  const [row] = await rowsOf<{ sums: string[] }>(world, `SELECT [${parts.join(', ')}] AS sums`);
  return (row?.sums ?? []).map(Number);
};

/** Every third, and the two newest; with MAPSCOPE_LONG each of them. */
const VERSIONS = Array.from({ length: NEWEST }, (_, i) => i + 1).filter(
  (version) => process.env['MAPSCOPE_LONG'] !== undefined || version % 3 === 1 || version >= NEWEST - 1,
);

test.each(VERSIONS)(
  'a database of version %i loses no row and no roll-up on its way to the newest',
  async (version) => {
    const world = await openTestStore('test');
    await databaseOf(world, version);
    const before = await tablesOf(world);
    await fillTables(world, before, 0);
    const content = await contentOf(world, before);
    // All that was inserted is there, and what is compared below is not nothing.
    for (const { name, isRollup } of before) {
      if (!isRollup) expect(content).toContainEqual(expect.objectContaining({ name, n: String(ROWS) }));
    }

    const applied = await world.store.migrate();

    expect(applied.filter((name) => !name.startsWith('column'))).toEqual(
      MIGRATIONS.slice(version).map(({ name }) => name),
    );
    expect(await contentOf(world, before)).toEqual(content);
    expect(await summed(world)).toEqual(ROLLUPS.map(({ since }) => (version >= since ? ROWS : 0)));
    expect(await world.store.migrate()).toEqual([]);

    const sources = (await tablesOf(world)).filter(({ name }) => ROLLUPS.some(({ of }) => of === name));
    await fillTables(world, sources, ROWS);
    expect(await summed(world)).toEqual(ROLLUPS.map(({ since }) => (version >= since ? 2 * ROWS : ROWS)));
  },
);

test('a database of any version ends with the columns of a new one', async () => {
  const [old, young] = [await openTestStore('test'), await openTestStore('test')];
  await databaseOf(old, 1);
  await old.store.migrate();
  await young.store.migrate();
  expect(await columnsOf(old)).toEqual(await columnsOf(young));
});
