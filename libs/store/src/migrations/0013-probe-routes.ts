/**
 * The probe's routes of each service, a row for each: which of them a service has is asked with every question about one that
 * has an SDK (queries/routes.ts), and latency_10s has a row every ten seconds for each. Filled from that roll-up, not from the
 * requests: its rows of an insert are few, so the view costs an insert next to nothing (infra/decisions/0023 has figures).
 *
 * Seeing rows twice is no harm, as in 0005-routes.ts: those of before are taken in at the end.
 */
import { DEDUPLICATION, type Migration, RAW_DAYS } from './migration.ts';

const NAME = 'LowCardinality(String)';

export const probeRoutes: Migration = {
  name: '0013-probe-routes',
  statements: (database) => [
    routesTable(database),
    `CREATE MATERIALIZED VIEW IF NOT EXISTS ${database}.probe_routes_mv TO ${database}.probe_routes AS ${seenSelect(database)}`,
    `INSERT INTO ${database}.probe_routes ${seenSelect(database)}`,
  ],
};

const routesTable = (database: string): string => `CREATE TABLE IF NOT EXISTS ${database}.probe_routes (
  service ${NAME},
  route ${NAME},
  registered SimpleAggregateFunction(max, UInt8),
  first_seen SimpleAggregateFunction(min, DateTime('UTC')),
  last_seen SimpleAggregateFunction(max, DateTime('UTC'))
) ENGINE = AggregatingMergeTree
ORDER BY (service, route)
TTL last_seen + INTERVAL ${RAW_DAYS} DAY
SETTINGS ttl_only_drop_parts = 0, ${DEDUPLICATION}`;

const seenSelect = (
  database: string,
): string => `SELECT service, route, max(rolled.registered) AS registered, min(ts) AS first_seen, max(ts) AS last_seen
FROM ${database}.latency_10s AS rolled GROUP BY service, route`;
