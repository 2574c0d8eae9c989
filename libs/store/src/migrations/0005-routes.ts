/**
 * Which routes a service has, so that every question bounds them alike (queries/routes.ts), whatever its window. Agents
 * bound their own, each for itself; an SDK's routes are bounded by nobody.
 *
 *   rank 1  a pattern of the probe, http.route of an SDK: what somebody registered
 *   rank 2  made of a path, or by an agent that did not say what of
 *   rank 3  the name of a SERVER span without http.route
 *
 * Rows that were there before are taken in at the end: by then the views see every new one, and seeing one twice is no harm.
 */
import { ROUTE_SOURCES } from '@mapscope/events';
import { columnDdl } from './column-ddl.ts';
import { DEDUPLICATION, type Migration, RAW_DAYS } from './migration.ts';

const NAME = 'LowCardinality(String)';

export const routes: Migration = {
  name: '0005-routes',
  statements: (database) => [
    // The view reads it, and columns of TABLES that are missing come after all migrations only.
    `ALTER TABLE ${database}.http_requests ADD COLUMN IF NOT EXISTS ${columnDdl(ROUTE_SOURCE)}`,
    routesTable(database),
    ...SOURCES.map(({ from, select }) => createView(database, `service_routes_${from}_mv`, select(database))),
    ...SOURCES.map(({ select }) => `INSERT INTO ${database}.service_routes ${select(database)}`),
  ],
};

const ROUTE_SOURCE = { name: 'route_source', type: 'UInt8' } as const;

/** One part of the table holds many ages, so rows expire by merges, by when the route was last seen. */
const routesTable = (database: string): string => `CREATE TABLE IF NOT EXISTS ${database}.service_routes (
  service ${NAME},
  route ${NAME},
  rank SimpleAggregateFunction(min, UInt8),
  first_seen SimpleAggregateFunction(min, DateTime('UTC')),
  last_seen SimpleAggregateFunction(max, DateTime('UTC'))
) ENGINE = AggregatingMergeTree
ORDER BY (service, route)
TTL last_seen + INTERVAL ${RAW_DAYS} DAY
SETTINGS ttl_only_drop_parts = 0, ${DEDUPLICATION}`;

const createView = (database: string, name: string, select: string): string =>
  `CREATE MATERIALIZED VIEW IF NOT EXISTS ${database}.${name} TO ${database}.service_routes AS\n${select}`;

const SEEN = (time: string): string =>
  `toDateTime(min(${time}), 'UTC') AS first_seen, toDateTime(max(${time}), 'UTC') AS last_seen`;

const SOURCES = [
  {
    from: 'http_requests',
    select: (database: string): string => `SELECT service, route,
  min(toUInt8(if(route_source = ${ROUTE_SOURCES.pattern}, 1, 2))) AS rank, ${SEEN('ts')}
FROM ${database}.http_requests GROUP BY service, route`,
  },
  {
    from: 'otel_traces',
    select: (database: string): string => `SELECT ServiceName AS service,
  CAST(if(SpanAttributes['http.route'] != '', SpanAttributes['http.route'], SpanName), '${NAME}') AS route,
  min(toUInt8(if(SpanAttributes['http.route'] != '', 1, 3))) AS rank, ${SEEN('Timestamp')}
FROM ${database}.otel_traces WHERE SpanKind = 'Server' GROUP BY service, route`,
  },
] as const;
