/**
 * Where requests are read from: the probe's rows, and for services with SDK spans also their SERVER spans, each request once.
 *
 *   probe   ├──── http_requests ────┤            counts; its route: queries/routes.ts
 *   SDK       ├── SERVER span ────┤              same trace and service, overlapping: the same request, does not count
 *   SDK                                ├──────┤  no probe row: counts
 *
 * A service without SDK spans, and with no more routes than it may have, pays one look into two sort keys and reads
 * http_requests as if this were not. Spans of one request may come twice (OTLP has no identity for a resend): one row for
 * each span id.
 */
import { NANOS_PER_SECOND, ROUTE_SOURCES, TRACE_SOURCES } from '@mapscope/events';
import type { EvidenceQuery } from '@mapscope/rootcause';
import type { Clickhouse, Parameters } from '../connection/clickhouse.ts';
import { IN_WINDOW, windowParameters } from '../queries/filter.ts';
import { type Bounded, boundedRoute, MAXIMUM_ROUTES, ROUTES_OF_SERVICE, routedRows } from '../queries/routes.ts';

export interface RequestSource {
  /** for FROM; has ts, service, platform, route, duration_ns, trace_id, span_id, trace_source */
  readonly from: string;
  readonly parameters: Parameters;
  /** the requests, and their routes, are those of the probe's table and of its roll-ups */
  readonly isPlain: boolean;
}

export const PROBE_ONLY: RequestSource = { from: 'http_requests', parameters: {}, isPlain: true };

/** How far a request may begin outside the window and still be the one a span inside belongs to, or the other way round. */
const MARGIN_NANOS = 600n * NANOS_PER_SECOND;

/** IN_WINDOW of another column and other parameters. */
const within = (column: string, from: string, to: string): string =>
  `${column} >= fromUnixTimestamp64Nano({${from}:Int64}, 'UTC') AND ${column} < fromUnixTimestamp64Nano({${to}:Int64}, 'UTC')`;

const OF_SERVICE = 'service = {service:String}';
const SERVER_SPANS = "ServiceName = {service:String} AND SpanKind = 'Server'";
const SPANS_IN_WINDOW = `${SERVER_SPANS} AND ${within('Timestamp', 'from', 'to')}`;
const SPANS_NEAR = `${SERVER_SPANS} AND ${within('Timestamp', 'near_from', 'near_to')}`;

export async function requestSource(
  clickhouse: Clickhouse,
  { service, window }: Pick<EvidenceQuery, 'service' | 'window'>,
): Promise<RequestSource> {
  const parameters = {
    service,
    ...windowParameters(window),
    near_from: window.fromUnixNanos - MARGIN_NANOS,
    near_to: window.toUnixNanos + MARGIN_NANOS,
  };
  const [found] = await clickhouse.rows<{ readonly spans: string; readonly routes: string }>({
    name: 'evidence-source',
    sql: `SELECT (SELECT count() FROM (SELECT 1 FROM otel_traces WHERE ${SPANS_NEAR} LIMIT 1)) AS spans,
  (${ROUTES_OF_SERVICE}) AS routes`,
    parameters,
  });
  const bounded = Number(found?.routes ?? 0) > MAXIMUM_ROUTES ? OF_SERVICE : undefined;
  if (Number(found?.spans ?? 0) === 0 && bounded === undefined) return PROBE_ONLY;
  return { from: `(${probeRows(bounded)}\nUNION ALL\n${spanRows(bounded)})`, parameters, isPlain: false };
}

/** In this order in both parts. */
const COLUMNS = ['ts', 'service', 'platform', 'duration_ns', 'trace_id', 'span_id', 'trace_source'] as const;

const ROWS_IN_WINDOW = `${OF_SERVICE} AND ${IN_WINDOW}`;

/** Spans of traces that hold a request whose route may give way. */
const SPANS_WITH_ROUTES = `${SPANS_NEAR} AND TraceId IN (
  SELECT lower(hex(trace_id)) FROM http_requests
  WHERE ${ROWS_IN_WINDOW} AND route_source != ${ROUTE_SOURCES.pattern} AND trace_source != ${TRACE_SOURCES.none})`;

const probeRows = (bounded: Bounded): string =>
  routedRows({ columns: COLUMNS, rows: ROWS_IN_WINDOW, spans: SPANS_WITH_ROUTES, bounded });

const spanRows = (
  bounded: Bounded,
): string => `SELECT ${COLUMNS.map((column) => `span.${column} AS ${column}`).join(', ')},
  ${boundedRoute('span.service', 'span.own_route', bounded)} AS route
FROM (
  SELECT toTimeZone(Timestamp, 'UTC') AS ts, ServiceName AS service, platform, Duration AS duration_ns,
    toFixedString(unhex(TraceId), 16) AS trace_id, toFixedString(unhex(SpanId), 8) AS span_id,
    toUInt8(${TRACE_SOURCES.traceparent}) AS trace_source,
    if(SpanAttributes['http.route'] != '', SpanAttributes['http.route'], SpanName) AS own_route
  FROM otel_traces WHERE ${SPANS_IN_WINDOW}
  LIMIT 1 BY TraceId, SpanId
) AS span
LEFT JOIN (
  SELECT trace_id, groupArray((toUnixTimestamp64Nano(ts), duration_ns)) AS served
  FROM http_requests
  WHERE ${OF_SERVICE} AND ${within('ts', 'near_from', 'near_to')}
    AND trace_id IN (SELECT toFixedString(unhex(TraceId), 16) FROM otel_traces WHERE ${SPANS_IN_WINDOW})
  GROUP BY trace_id
) AS probe ON span.trace_id = probe.trace_id
WHERE NOT arrayExists(
  seen -> seen.1 < toUnixTimestamp64Nano(span.ts) + toInt64(span.duration_ns)
    AND toUnixTimestamp64Nano(span.ts) < seen.1 + toInt64(seen.2),
  probe.served)`;
