/**
 * The route of a request, the same to every question. Pure: SQL with fixed text.
 *
 *   the probe's row        its own route where that is a registered pattern; else
 *   its SDK's SERVER span  http.route of the span that is the same request; else
 *   the probe's row        the template of its path
 *
 * and at most 200 routes a service, then `other`: the registered ones first, then those seen first (0005-routes.ts).
 *
 *   probe  ├────────── request A ──────────┤
 *   SDK     ├───────── span of A ─────────┤
 *   probe          ├─ request B ─┤              A calls its own service: one trace, one service, both overlap both
 *   SDK             ├ span of B ┤
 *
 * A request's span has the same parent, because both read it from one traceparent. A second SERVER span that middleware
 * made inside of it has not: then the two must share at least half of their time.
 */
import { ROUTE_SOURCES } from '@mapscope/events';

/** Routes per service, as in the agent (libs/probe/src/route.ts). */
export const MAXIMUM_ROUTES = 200;

const OTHER = 'other';

/**
 * Of a service in one trace the first so many spans are compared, and requests beside the rest keep the probe's route: every
 * request is held against each, and a load generator may send one traceparent for ever.
 */
const MAX_SPANS_OF_TRACE = 100;

/** Which services' routes to bound: a condition on column service; undefined where none has too many. */
export type Bounded = string | undefined;

/** `route` if it is one of those known of its service. */
export function boundedRoute(service: string, route: string, bounded: Bounded): string {
  if (bounded === undefined) return `CAST(${route}, 'LowCardinality(String)')`;
  return `CAST(if((${service}, ${route}) IN (
    SELECT service, route FROM service_routes WHERE ${bounded} AND route != '${OTHER}'
    GROUP BY service, route ORDER BY service, min(rank), min(first_seen), route LIMIT ${MAXIMUM_ROUTES} BY service
  ), ${route}, '${OTHER}'), 'LowCardinality(String)')`;
}

/** How many routes a service has: with no more than it may have, nothing is bounded. */
export const ROUTES_OF_SERVICE = `SELECT uniqExact(route) FROM service_routes WHERE service = {service:String} AND route != '${OTHER}'`;

export interface RoutedRows {
  /** of http_requests, beside route */
  readonly columns: readonly string[];
  /** which rows of http_requests */
  readonly rows: string;
  /** which spans of otel_traces may belong to them; their trace ids must be 32 hex digits */
  readonly spans: string;
  readonly bounded: Bounded;
}

/** A SELECT over http_requests whose route is what the head of this file says. */
export const routedRows = ({ columns, rows, spans, bounded }: RoutedRows): string =>
  `SELECT ${columns.map((column) => `request.${column} AS ${column}`).join(', ')},
  ${boundedRoute('request.service', 'request.chosen_route', bounded)} AS route
FROM (
  SELECT ${columns.map((column) => `probed.${column} AS ${column}`).join(', ')},
    toUnixTimestamp64Nano(probed.ts) AS starts, starts + toInt64(probed.duration_ns) AS ends,
    lower(hex(probed.parent_span_id)) AS parent,
    arrayReverseSort(span -> (span.3 = parent, ${SHARED} / ${SPANNED}), arrayFilter(
      span -> span.1 < ends AND starts < span.2 AND (span.3 = parent OR 2 * ${SHARED} >= ${SPANNED}), sdk.spans)) AS same,
    if(probed.route_source = ${ROUTE_SOURCES.pattern} OR empty(same), toString(probed.route), same[1].4) AS chosen_route
  FROM (SELECT * FROM http_requests WHERE ${rows}) AS probed
  LEFT JOIN (${spansOfTraces(spans)}) AS sdk ON probed.service = sdk.service AND probed.trace_id = sdk.trace_id
) AS request`;

/** Time that request and span have in common, and from the first begin to the last end. */
const SHARED = '(least(span.2, ends) - greatest(span.1, starts))';
const SPANNED = '(greatest(span.2, ends) - least(span.1, starts))';

/** Spans with a route, by service and trace: (start, end, parent, route). */
const spansOfTraces = (spans: string): string => `
    SELECT service, trace_id, groupArray((starts, ends, parent, route)) AS spans
    FROM (
      SELECT ServiceName AS service, toFixedString(unhex(TraceId), 16) AS trace_id,
        toUnixTimestamp64Nano(Timestamp) AS starts, starts + toInt64(Duration) AS ends,
        ParentSpanId AS parent, SpanAttributes['http.route'] AS route
      FROM otel_traces
      WHERE ${spans} AND SpanKind = 'Server' AND SpanAttributes['http.route'] != ''
      ORDER BY Timestamp, SpanId LIMIT ${MAX_SPANS_OF_TRACE} BY ServiceName, TraceId
    ) GROUP BY service, trace_id
  `;
