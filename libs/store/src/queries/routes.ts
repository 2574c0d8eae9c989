/**
 * The route of a request, the same to every question.
 *
 *   the probe's row        its own route where that is a registered pattern; else
 *   its SDK's SERVER span  http.route of the span that is the same request; else
 *   the probe's row        the template of its path
 *
 * and of a service with an SDK at most 200 routes, then `other`: the probe's patterns first, then `http.route`, templates and
 * names of spans, each by when it was first seen (0005-routes.ts, 0013-probe-routes.ts). Without an SDK the bound is that of its agents.
 *
 *   probe  ├────────── request A ──────────┤
 *   SDK     ├───────── span of A ─────────┤
 *   probe          ├─ request B ─┤              A calls its own service: one trace, one service, both overlap both
 *   SDK             ├ span of B ┤
 *
 * A request's span has the same parent, because both read it from one traceparent. A second SERVER span that middleware
 * made inside of it has not: then the two must share at least half of their time.
 */
import { ROUTE_SOURCES, TRACE_SOURCES } from '@mapscope/events';
import type { Clickhouse } from '../connection/clickhouse.ts';
import { RAW_DAYS } from '../migrations/migration.ts';

/** Routes per service, as in the agent (libs/probe/src/route.ts). */
export const MAXIMUM_ROUTES = 200;

const OTHER = 'other';
/** More services than an installation has. */
const MAXIMUM_SERVICES = 100_000;

/**
 * Of a service in one trace the first so many spans are compared, and requests beside the rest keep the probe's route: every
 * request is held against each, and a load generator may send one traceparent for ever.
 */
export const MAX_SPANS_OF_TRACE = 100;

/** The routes that services with an SDK may have: (service, route), best first. Parameter services: such services only. */
const KNOWN_ROUTES = `SELECT service, route
FROM (
  SELECT service, route, if(max(registered) = 1, 0, 2) AS rank, min(first_seen) AS first_seen
  FROM probe_routes WHERE service IN {services:Array(String)}
  GROUP BY service, route HAVING max(last_seen) > now() - INTERVAL ${RAW_DAYS} DAY
  UNION ALL
  SELECT service, route, if(min(named) = 1, 3, 1) AS rank, min(first_seen) AS first_seen
  FROM sdk_routes WHERE service IN {services:Array(String)} GROUP BY service, route
)
WHERE route != '${OTHER}' GROUP BY service, route ORDER BY service, min(rank), min(first_seen), route`;

/** Services of those given that have an SDK, and what bounds their routes; undefined: none has too many. */
export type RouteBounds = ReadonlyMap<string, ReadonlySet<string> | undefined>;

export async function readRouteBounds(clickhouse: Clickhouse, services: readonly string[]): Promise<RouteBounds> {
  // Most services have none, and the question below takes ten times as long.
  const withSdk = await clickhouse.rows<{ readonly service: string }>({
    name: 'services-with-sdk',
    sql: 'SELECT service FROM sdk_routes WHERE service IN {services:Array(String)} LIMIT 1 BY service',
    parameters: { services },
  });
  if (withSdk.length === 0) return new Map();
  return boundsOf(
    clickhouse,
    withSdk.map(({ service }) => service),
  );
}

async function boundsOf(clickhouse: Clickhouse, services: readonly string[]): Promise<RouteBounds> {
  const rows = await clickhouse.rows<{ readonly service: string; readonly route: string }>({
    name: 'route-bounds',
    sql: `${KNOWN_ROUTES} LIMIT ${MAXIMUM_ROUTES + 1} BY service`,
    parameters: { services },
  });
  const known = Map.groupBy(rows, ({ service }) => service);
  const boundOf = (routes: readonly string[]): ReadonlySet<string> | undefined =>
    routes.length > MAXIMUM_ROUTES ? new Set(routes.slice(0, MAXIMUM_ROUTES)) : undefined;
  return new Map([...known].map(([service, of]) => [service, boundOf(of.map(({ route }) => route))]));
}

/**
 * Of all services with an SDK those that may have too many routes, mostly none: asked at once with something else, it says for
 * whom readRouteBounds is worth a further round trip. Routes that are counted in both tables make it one too many, never too few.
 */
export async function readCrowdedServices(clickhouse: Clickhouse): Promise<ReadonlySet<string>> {
  const rows = await clickhouse.rows<{ readonly service: string }>({
    name: 'crowded-services',
    sql: `SELECT service FROM (
  SELECT service, uniqExact(route) AS routes, 1 AS sdk FROM sdk_routes GROUP BY service
  UNION ALL
  SELECT service, uniqExact(route) AS routes, 0 AS sdk FROM probe_routes GROUP BY service
) GROUP BY service HAVING max(sdk) = 1 AND sum(routes) > ${MAXIMUM_ROUTES} LIMIT ${MAXIMUM_SERVICES}`,
  });
  return new Set(rows.map(({ service }) => service));
}

export const bounded = (bounds: RouteBounds, service: string, route: string): string =>
  bounds.get(service)?.has(route) === false ? OTHER : route;

/** The same in SQL, with parameter services. */
export const boundedRoute = (service: string, route: string, isBounded: boolean): string =>
  `CAST(${
    isBounded
      ? `if((${service}, ${route}) IN (${KNOWN_ROUTES} LIMIT ${MAXIMUM_ROUTES} BY service), ${route}, '${OTHER}')`
      : route
  }, 'LowCardinality(String)')`;

export interface RoutedRows {
  /** of http_requests, beside route */
  readonly columns: readonly string[];
  /** which rows of http_requests */
  readonly rows: string;
  /** which spans of otel_traces may belong to them */
  readonly spans: string;
  readonly isBounded: boolean;
}

/** A SELECT over http_requests whose route is what the head of this file says. */
export const routedRows = ({ columns, rows, spans, isBounded }: RoutedRows): string =>
  `SELECT ${columns.map((column) => `request.${column} AS ${column}`).join(', ')},
  ${boundedRoute('request.service', 'request.chosen_route', isBounded)} AS route
FROM (
  SELECT ${columns.map((column) => `probed.${column} AS ${column}`).join(', ')},
    if(sdk.route = '', toString(probed.route), toString(sdk.route)) AS chosen_route
  FROM (SELECT * FROM http_requests WHERE ${rows}) AS probed
  LEFT JOIN (${ownSpans(rows, spans)}) AS sdk ON cityHash64(probed.trace_id, probed.span_id) = sdk.id
) AS request`;

/** Requests whose route may give way. */
const giving = (rows: string): string =>
  `http_requests WHERE ${rows} AND route_source != ${ROUTE_SOURCES.pattern} AND trace_source != ${TRACE_SOURCES.none}`;

/** Time that request and span have in common, and from the first begin to the last end. */
const SHARED = '(least(span.ends, probed.ends) - greatest(span.starts, probed.starts))';
const SPANNED = '(greatest(span.ends, probed.ends) - least(span.starts, probed.starts))';
const SAME_PARENT = 'span.parent_span_id = probed.parent_span_id';

/**
 * (id, route): of each request that gives way, and the route of the span that is the same request. Ids are hashes of 64 bits:
 * there is one for each request of the window in every table that joining makes, and they halve its memory.
 */
const ownSpans = (rows: string, spans: string): string => `
    SELECT probed.id AS id, argMax(span.route, (${SAME_PARENT}) + ${SHARED} / ${SPANNED}) AS route
    FROM (
      SELECT cityHash64(trace_id, span_id) AS id, cityHash64(service, trace_id) AS trace, parent_span_id,
        toUnixTimestamp64Nano(ts) AS starts, starts + toInt64(duration_ns) AS ends
      FROM ${giving(rows)}
    ) AS probed
    INNER JOIN (
      SELECT cityHash64(ServiceName, toFixedString(unhex(TraceId), 16)) AS trace,
        toFixedString(substring(unhex(ParentSpanId), 1, 8), 8) AS parent_span_id,
        toUnixTimestamp64Nano(Timestamp) AS starts, starts + toInt64(Duration) AS ends,
        toLowCardinality(SpanAttributes['http.route']) AS route
      FROM otel_traces
      WHERE ${spans} AND SpanKind = 'Server' AND SpanAttributes['http.route'] != ''
        AND trace IN (SELECT cityHash64(service, trace_id) FROM ${giving(rows)})
      ORDER BY starts, ends, route LIMIT ${MAX_SPANS_OF_TRACE} BY trace
    ) AS span ON probed.trace = span.trace
    WHERE span.starts < probed.ends AND probed.starts < span.ends AND (${SAME_PARENT} OR 2 * ${SHARED} >= ${SPANNED})
    GROUP BY id
  `;
