/**
 * Ten-second roll-ups, filled by materialised views in the same insert. Sums and a histogram, no quantile sketches:
 * on 25 million events sums read in 3 ms and the histogram in 10, TDigest in 18 at a quarter of the build speed.
 *
 *   histogram bucket of d nanoseconds = floor(4 · log2 d): four buckets an octave, 19 % wide
 *   example: 40 ms = 2^25.25 → bucket 101, which holds 39.9 … 47.5 ms
 */
import { expireAfter, type Migration, ROLLUP_DAYS } from './migration.ts';

export const LATENCY_BUCKETS_PER_OCTAVE = 4;

const SUM = 'SimpleAggregateFunction(sum, UInt64)';
const MAX = 'SimpleAggregateFunction(max, UInt64)';
const NAME = 'LowCardinality(String)';

const SITE_COLUMNS = [
  'waiter_function',
  'waiter_file',
  'waiter_line',
  'holder_function',
  'holder_file',
  'holder_line',
] as const;

export const rollups: Migration = {
  name: '0003-rollups',
  statements: (database) => [
    latencyTable(database),
    latencyView(database),
    contentionTable(database),
    contentionView(database),
  ],
};

const latencyTable = (database: string): string => `CREATE TABLE IF NOT EXISTS ${database}.latency_10s (
  ts DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
  service ${NAME},
  route ${NAME},
  platform ${NAME},
  requests ${SUM},
  duration_ns ${SUM},
  max_ns ${MAX},
  buckets SimpleAggregateFunction(sumMap, Map(UInt16, UInt64))
) ENGINE = AggregatingMergeTree
PARTITION BY toDate(ts)
ORDER BY (service, route, platform, ts)
${expireAfter(ROLLUP_DAYS, 'ts')}`;

const latencyView = (
  database: string,
): string => `CREATE MATERIALIZED VIEW IF NOT EXISTS ${database}.latency_10s_mv TO ${database}.latency_10s AS
SELECT
  toDateTime(toStartOfInterval(source.ts, INTERVAL 10 SECOND), 'UTC') AS ts, service, route, platform,
  count() AS requests, sum(source.duration_ns) AS duration_ns, max(source.duration_ns) AS max_ns,
  sumMap(map(toUInt16(floor(${LATENCY_BUCKETS_PER_OCTAVE} * log2(greatest(source.duration_ns, 1)))), toUInt64(1))) AS buckets
FROM ${database}.http_requests AS source
GROUP BY ts, service, route, platform`;

const contentionTable = (database: string): string => `CREATE TABLE IF NOT EXISTS ${database}.contention_10s (
  ts DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
  service ${NAME},
  platform ${NAME},
  lock_kind UInt8,
  ${SITE_COLUMNS.map((name) => `${name} ${name.endsWith('_line') ? 'UInt32' : NAME}`).join(',\n  ')},
  waits ${SUM},
  wait_ns ${SUM},
  sched_ns ${SUM},
  max_wait_ns ${MAX},
  locks AggregateFunction(uniqCombined(12), UInt64)
) ENGINE = AggregatingMergeTree
PARTITION BY toDate(ts)
ORDER BY (service, platform, ts, lock_kind, ${SITE_COLUMNS.join(', ')})
${expireAfter(ROLLUP_DAYS, 'ts')}`;

const contentionView = (
  database: string,
): string => `CREATE MATERIALIZED VIEW IF NOT EXISTS ${database}.contention_10s_mv TO ${database}.contention_10s AS
SELECT
  toDateTime(toStartOfInterval(source.ts, INTERVAL 10 SECOND), 'UTC') AS ts, service, platform, lock_kind,
  ${SITE_COLUMNS.join(', ')},
  count() AS waits, sum(source.wait_ns) AS wait_ns, sum(source.sched_ns) AS sched_ns, max(source.wait_ns) AS max_wait_ns,
  uniqCombinedState(12)(lock_addr) AS locks
FROM ${database}.lock_waits AS source
GROUP BY ts, service, platform, lock_kind, ${SITE_COLUMNS.join(', ')}`;
