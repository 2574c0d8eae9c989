/**
 * Fills the real tables of a database, so that their roll-ups fill too, in the order of time as agents would: pieces of the
 * span, all tables of a piece, two pieces at once. Then waits until the engine has merged what it wants to merge.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Clickhouse } from '../../src/connection/clickhouse.ts';
import { AGENTS, SERVICES, type Shape, SITES } from './shape.ts';
import { type Rows, selectOf, TABLES_OF_WORLD } from './tables.ts';

/** Requests of a piece: 150 000 waits, which an insert holds in memory at once. */
const PIECE = 25_000;
const AT_ONCE = 2;
const MERGED_WITHIN_MILLIS = 180_000;
/** Agents say how they are, and batches are written down, so often. */
const TICK_SECONDS = 5;
const FAMILIES = ['http_requests', 'lock_waits', 'client_requests', 'gc_events', 'map_events'];

export interface Filled {
  readonly rows: Readonly<Record<string, number>>;
  readonly sizeBytes: number;
  readonly fillSeconds: number;
}

export async function fill(clickhouse: Clickhouse, database: string, shape: Shape): Promise<Filled> {
  const started = performance.now();
  const run = (sql: string): Promise<void> => clickhouse.command({ name: 'bench-fill', sql });
  for (const sql of sideTables(database, shape)) await run(sql);
  let next = 0;
  const work = async (): Promise<void> => {
    for (let from = next; from < shape.requests; from = next) {
      next += PIECE;
      const count = Math.min(PIECE, shape.requests - from);
      for (const rows of TABLES_OF_WORLD) await run(insertOf(database, rows, selectOf(rows, shape, from, count)));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  await merged(clickhouse);
  return { ...(await sizes(clickhouse)), fillSeconds: (performance.now() - started) / 1000 };
}

const insertOf = (database: string, { kind, columns }: Rows, select: string): string =>
  `INSERT INTO ${database}.${kind} (${Object.keys(columns)
    .map((name) => `\`${name}\``)
    .join(', ')})\n${select}`;

const named = (names: readonly string[], index: string): string =>
  `[${names.map((name) => `'${name}'`).join(', ')}][1 + ${index}]`;

/** Status of agents, ledger and stacks: coverage and traces are asked of them. */
function sideTables(database: string, { fromUnixNanos, spanNanos }: Shape): readonly string[] {
  const ticks = Number(spanNanos / 1_000_000_000n) / TICK_SECONDS;
  const each = `number % ${SERVICES.length} AS s, intDiv(number, ${SERVICES.length}) % ${FAMILIES.length} AS f,
  intDiv(number, ${SERVICES.length * FAMILIES.length}) AS tick,
  fromUnixTimestamp64Nano(toInt64(${fromUnixNanos} + tick * ${TICK_SECONDS}000000000), 'UTC') AS at`;
  const numbers = `(SELECT ${each} FROM numbers(${Math.floor(ticks * SERVICES.length * FAMILIES.length)}))`;
  const [agent, service, family] = [named(AGENTS, 's'), named(SERVICES, 's'), named(FAMILIES, 'f')];
  return [
    `INSERT INTO ${database}.agent_status (ts, service, platform, family, state, pid, probes, ring_submitted, published_rows, published_batches, final, agent, batch_seq)
SELECT at, ${service}, 'arch=amd64;go=1.24', ${family}, 'running', 4000 + s, 9, tick * 100, tick * 100, tick, 0, ${agent}, tick FROM ${numbers}`,
    `INSERT INTO ${database}.batches (inserted_at, agent, boot, family, kind, sequence, topic, partition, offset, rows)
SELECT at, ${agent}, 1, ${family}, ${family}, tick, 'probe', s, tick, 100 FROM ${numbers}`,
    `INSERT INTO ${database}.stacks (ts, service, build_id, stack, functions, files, lines, agent, batch_seq)
SELECT now64(9), ${named(SERVICES, `intDiv(number, ${SITES})`)}, 'b', 1 + number, arrayMap(i -> concat('main.f', toString(number + i)), range(20)),
  arrayMap(i -> '/src/main.go', range(20)), range(20), 'a', 1 FROM numbers(${SERVICES.length * SITES})`,
  ];
}

async function merged(clickhouse: Clickhouse): Promise<void> {
  const until = performance.now() + MERGED_WITHIN_MILLIS;
  let quiet = 0;
  while (quiet < 3 && performance.now() < until) {
    const [row] = await clickhouse.rows<{ n: string }>({
      name: 'bench',
      sql: 'SELECT count() AS n FROM system.merges',
    });
    quiet = row?.n === '0' ? quiet + 1 : 0;
    await sleep(1000);
  }
}

async function sizes(clickhouse: Clickhouse): Promise<Pick<Filled, 'rows' | 'sizeBytes'>> {
  const found = await clickhouse.rows<{ table: string; rows: string; bytes: string }>({
    name: 'bench',
    sql: 'SELECT table, sum(rows) AS rows, sum(bytes_on_disk) AS bytes FROM system.parts WHERE active AND database = currentDatabase() GROUP BY table ORDER BY table',
  });
  return {
    rows: Object.fromEntries(found.map(({ table, rows }) => [table, Number(rows)])),
    sizeBytes: found.reduce((sum, { bytes }) => sum + Number(bytes), 0),
  };
}
