/**
 * Which routes a service has, so that every question bounds them alike (queries/routes.ts), whatever its window. Agents bound
 * their own, each for itself; an SDK's are bounded by nobody.
 *
 *   latency_10s  the probe's routes, with `registered`: some request had the pattern of its handler. A column of a roll-up
 *                that is there already, because each further view costs an insert two thirds more
 *   sdk_routes   the routes of SERVER spans, for services with an SDK only; `named`: the mere name of a span
 *
 * Spans that were there before are taken in at the end: by then the view sees every new one, and seeing one twice is no harm.
 */
import { ROUTE_SOURCES } from '@mapscope/events';
import { LATENCY_BUCKETS_PER_OCTAVE } from './0003-rollups.ts';
import { columnDdl } from './column-ddl.ts';
import { DEDUPLICATION, type Migration, RAW_DAYS } from './migration.ts';

const NAME = 'LowCardinality(String)';
const ROUTE_SOURCE = { name: 'route_source', type: 'UInt8' } as const;

export const routes: Migration = {
  name: '0005-sdk-routes',
  statements: (database) => [
    // The view reads it, and columns of TABLES that are missing come after all migrations only.
    `ALTER TABLE ${database}.http_requests ADD COLUMN IF NOT EXISTS ${columnDdl(ROUTE_SOURCE)}`,
    `ALTER TABLE ${database}.latency_10s ADD COLUMN IF NOT EXISTS registered SimpleAggregateFunction(max, UInt8)`,
    `ALTER TABLE ${database}.latency_10s_mv MODIFY QUERY ${latencySelect(database)}`,
    routesTable(database),
    `CREATE MATERIALIZED VIEW IF NOT EXISTS ${database}.sdk_routes_mv TO ${database}.sdk_routes AS ${spansSelect(database)}`,
    `INSERT INTO ${database}.sdk_routes ${spansSelect(database)}`,
  ],
};

/** As in 0003-rollups.ts, and registered. */
const latencySelect = (database: string): string => `SELECT
  toDateTime(toStartOfInterval(source.ts, INTERVAL 10 SECOND), 'UTC') AS ts, service, route, platform,
  count() AS requests, sum(source.duration_ns) AS duration_ns, max(source.duration_ns) AS max_ns,
  sumMap(map(toUInt16(floor(${LATENCY_BUCKETS_PER_OCTAVE} * log2(greatest(source.duration_ns, 1)))), toUInt64(1))) AS buckets,
  max(toUInt8(source.route_source = ${ROUTE_SOURCES.pattern})) AS registered
FROM ${database}.http_requests AS source
GROUP BY ts, service, route, platform`;

/** One part of the table holds many ages, so rows expire by merges, by when the route was last seen. */
const routesTable = (database: string): string => `CREATE TABLE IF NOT EXISTS ${database}.sdk_routes (
  service ${NAME},
  route ${NAME},
  named SimpleAggregateFunction(min, UInt8),
  first_seen SimpleAggregateFunction(min, DateTime('UTC')),
  last_seen SimpleAggregateFunction(max, DateTime('UTC'))
) ENGINE = AggregatingMergeTree
ORDER BY (service, route)
TTL last_seen + INTERVAL ${RAW_DAYS} DAY
SETTINGS ttl_only_drop_parts = 0, ${DEDUPLICATION}`;

const spansSelect = (database: string): string => `SELECT ServiceName AS service,
  CAST(if(SpanAttributes['http.route'] != '', SpanAttributes['http.route'], SpanName), '${NAME}') AS route,
  min(SpanAttributes['http.route'] = '') AS named,
  toDateTime(min(Timestamp), 'UTC') AS first_seen, toDateTime(max(Timestamp), 'UTC') AS last_seen
FROM ${database}.otel_traces WHERE SpanKind = 'Server' GROUP BY service, route`;
