/**
 * Was everything that was written down as inserted, inserted, and once? Of the batches of the last hour, the rows that the
 * ledger states against the rows that are there under their proof columns, per kind, partition and minute; and roll-ups
 * against what they sum up.
 *
 *   batches (ledger)    agent, sequence, rows ─┐ same agent and sequence:  rows > count ► missing
 *   lock_waits, …       agent, batch_seq ──────┘                           rows < count ► doubled
 *
 * Rows are searched between the times that the ledger has for their batch, so no more than those parts of a table are read.
 * Kinds whose rows replace themselves (stacks) are left out. A batch of before 2026-11 has no times and is left out as well.
 */
import { BATCH_KINDS, type BatchKind, COLLAPSING_KINDS, TABLES } from '@mapscope/events';
import type { Clickhouse } from '../connection/clickhouse.ts';
import type { HealthDifference, RollupHealth, StoreHealth } from '../records.ts';

// Object.keys gives string[]; the keys of BATCH_KINDS are exactly the kinds.
const CHECKED = (Object.keys(BATCH_KINDS) as BatchKind[]).filter((kind) => !COLLAPSING_KINDS.has(kind));
const MAX_DIFFERENCES = 100;

export async function readHealth(clickhouse: Clickhouse): Promise<StoreHealth> {
  const places: Place[] = [];
  // One after the other: a check must not take what inserting needs.
  for (const kind of await recentKinds(clickhouse)) {
    places.push(...(await clickhouse.rows<Place>({ name: `health-${kind}`, sql: placesSql(kind) })));
  }
  const rollups = await Promise.all(ROLLUPS.map((rollup) => readRollup(clickhouse, rollup)));
  const sum = (of: (place: Place) => string): number => places.reduce((total, place) => total + Number(of(place)), 0);
  return {
    batches: sum(({ batches }) => batches),
    expectedRows: sum(({ expected }) => expected),
    foundRows: sum(({ found }) => found),
    missingRows: sum(({ missing }) => missing),
    doubledRows: sum(({ doubled }) => doubled),
    differences: places.map(toDifference).filter(isDifferent).toSorted(worstFirst).slice(0, MAX_DIFFERENCES),
    rollups,
  };
}

async function recentKinds(clickhouse: Clickhouse): Promise<readonly BatchKind[]> {
  const sql = `SELECT DISTINCT kind FROM batches WHERE inserted_at >= now() - INTERVAL 1 HOUR`;
  const rows = await clickhouse.rows<{ kind: string }>({ name: 'health-kinds', sql });
  return CHECKED.filter((kind) => rows.some((row) => row.kind === kind));
}

interface Place {
  readonly kind: BatchKind;
  readonly topic: string;
  readonly partition: number;
  readonly minute: string;
  readonly batches: string;
  readonly expected: string;
  readonly found: string;
  readonly missing: string;
  readonly doubled: string;
}

/**
 * The rows of a sequence are summed over all families and starts of an agent, in the ledger as in the table: the proof
 * columns do not tell them apart (the last word of a killed agent counts its own sequences). A batch is in the ledger only
 * when its rows are in the table; on a replica that lags it may be the other way round for a moment.
 */
function placesSql(kind: BatchKind): string {
  const time = TABLES[kind][0].name;
  const recent = `SELECT agent, sequence FROM batches
  WHERE kind = '${kind}' AND inserted_at >= now() - INTERVAL 1 HOUR`;
  const book = `SELECT agent, sequence, argMax(topic, inserted_at) AS topic, argMax(partition, inserted_at) AS partition,
    toStartOfMinute(max(inserted_at)) AS minute, count() AS batches, sum(rows) AS stated,
    min(first_unix_ns) AS first, max(last_unix_ns) AS last
  FROM batches WHERE inserted_at >= now() - INTERVAL 7 DAY AND kind = '${kind}' AND (agent, sequence) IN (${recent})
  GROUP BY agent, sequence
  HAVING first > 0 AND last > toUnixTimestamp64Nano(now64(9)) - toInt64(6 * 86400) * 1000000000`;
  return `WITH book AS (${book})
SELECT '${kind}' AS kind, topic, partition, toUnixTimestamp(minute) AS minute, sum(book.batches) AS batches,
  sum(stated) AS expected, sum(counted) AS found,
  sum(if(stated > counted, stated - counted, 0)) AS missing, sum(if(counted > stated, counted - stated, 0)) AS doubled
FROM book LEFT JOIN (
  SELECT agent, batch_seq, count() AS counted FROM ${kind}
  WHERE ${time} >= fromUnixTimestamp64Nano((SELECT min(first) FROM book), 'UTC')
    AND ${time} <= fromUnixTimestamp64Nano((SELECT max(last) FROM book), 'UTC')
    AND (agent, batch_seq) IN (SELECT agent, sequence FROM book)
  GROUP BY agent, batch_seq
) AS held ON held.agent = book.agent AND held.batch_seq = book.sequence
GROUP BY topic, partition, minute`;
}

const toDifference = (place: Place): HealthDifference => ({
  kind: place.kind,
  topic: place.topic,
  partition: place.partition,
  minuteUnixNanos: BigInt(place.minute) * 1_000_000_000n,
  expectedRows: Number(place.expected),
  foundRows: Number(place.found),
  missingRows: Number(place.missing),
  doubledRows: Number(place.doubled),
});

const isDifferent = ({ missingRows, doubledRows }: HealthDifference): boolean => missingRows + doubledRows > 0;
const worstFirst = (a: HealthDifference, b: HealthDifference): number =>
  b.missingRows + b.doubledRows - (a.missingRows + a.doubledRows);

interface Rollup {
  readonly table: string;
  readonly counts: string;
  readonly of: BatchKind;
}

const ROLLUPS: readonly Rollup[] = [
  { table: 'latency_10s', counts: 'requests', of: 'http_requests' },
  { table: 'contention_10s', counts: 'waits', of: 'lock_waits' },
];

/** Events of the last hour up to a minute ago: what is being inserted now is in the table before it is in its roll-up. */
const CLOSED = `ts >= toStartOfMinute(now() - INTERVAL 1 HOUR) AND ts < toStartOfMinute(now() - INTERVAL 1 MINUTE)`;

async function readRollup(clickhouse: Clickhouse, { table, counts, of }: Rollup): Promise<RollupHealth> {
  const sql = `SELECT (SELECT count() FROM ${of} WHERE ${CLOSED}) AS raw,
  (SELECT sum(${counts}) FROM ${table} WHERE ${CLOSED}) AS rolled`;
  const [row] = await clickhouse.rows<{ raw: string; rolled: string }>({ name: `health-${table}`, sql });
  return { table, rawRows: Number(row?.raw ?? 0), rolledRows: Number(row?.rolled ?? 0) };
}
