/**
 * Where requests are read from: the probe's rows, and for services with SDK spans also their SERVER spans, each request once.
 *
 *   probe   ├──── http_requests ────┤            counts; its route: queries/routes.ts
 *   SDK       ├── SERVER span ────┤              same trace and service, overlapping: the same request, does not count
 *   SDK                                ├──────┤  no probe row: counts
 *
 * A service whose SDK sent no SERVER span in the week that rows live pays one look into a small table and reads http_requests
 * as if this were not; whether it did depends on no window. Spans of one request may come twice (OTLP has no identity for a
 * resend): one row for each span id.
 */
import { NANOS_PER_SECOND, TRACE_SOURCES } from '@mapscope/events';
import type { EvidenceQuery } from '@mapscope/rootcause';
import type { Clickhouse, Parameters } from '../connection/clickhouse.ts';
import { IN_WINDOW, windowParameters } from '../queries/filter.ts';
import { boundedRoute, readRouteBounds, routedRows } from '../queries/routes.ts';

export interface RequestSource {
  /** for FROM; has ts, service, platform, route, duration_ns, trace_id, span_id, trace_source, agent, pid, goid (0: not known) */
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
export const SPANS_IN_WINDOW = `${SERVER_SPANS} AND ${within('Timestamp', 'from', 'to')}`;
const SPANS_NEAR = `${SERVER_SPANS} AND ${within('Timestamp', 'near_from', 'near_to')}`;

/** Of the SERVER spans of the window, with the parameters of a source that is not plain. */
export const TRACES_OF_SPANS = `SELECT toFixedString(unhex(TraceId), 16) FROM otel_traces WHERE ${SPANS_IN_WINDOW}`;

export async function requestSource(
  clickhouse: Clickhouse,
  { service, window }: Pick<EvidenceQuery, 'service' | 'window'>,
  /** false: nobody reads the route, so that no row is joined for it */
  isRouted = true,
): Promise<RequestSource> {
  const parameters = {
    service,
    services: [service],
    ...windowParameters(window),
    near_from: window.fromUnixNanos - MARGIN_NANOS,
    near_to: window.toUnixNanos + MARGIN_NANOS,
  };
  const bounds = await readRouteBounds(clickhouse, [service]);
  if (!bounds.has(service)) return PROBE_ONLY;
  const isBounded = bounds.get(service) !== undefined;
  const probed = isRouted ? probeRows(isBounded) : UNROUTED_ROWS;
  return { from: `(${probed}\nUNION ALL\n${spanRows(isRouted && isBounded)})`, parameters, isPlain: false };
}

/** Which process a row is of, never 0: an agent may watch several, and pids repeat from machine to machine. */
export const PROCESS = 'toUInt32(1 + cityHash64(agent, pid) % 4294967295)';

/** In this order in both parts; then agent, pid and goid, which a span does not know. */
const COLUMNS = ['ts', 'service', 'platform', 'duration_ns', 'trace_id', 'span_id', 'trace_source'] as const;

export const ROWS_IN_WINDOW = `${OF_SERVICE} AND ${IN_WINDOW}`;

const UNROUTED_ROWS = `SELECT ${COLUMNS.join(', ')}, agent, pid, goid, route FROM http_requests WHERE ${ROWS_IN_WINDOW}`;

const probeRows = (isBounded: boolean): string =>
  routedRows({ columns: [...COLUMNS, 'agent', 'pid', 'goid'], rows: ROWS_IN_WINDOW, spans: SPANS_NEAR, isBounded });

/**
 * A span overlaps a request of its trace if, of those that began before it ended, the one that ended last ended after it
 * began: one look for each span, however many requests a trace holds (a load generator may send one traceparent for ever).
 */
const spanRows = (
  isBounded: boolean,
): string => `SELECT ${COLUMNS.map((column) => `span.${column} AS ${column}`).join(', ')},
  toLowCardinality('') AS agent, toUInt32(0) AS pid, toUInt64(0) AS goid, ${boundedRoute('span.service', 'span.own_route', isBounded)} AS route
FROM (
  SELECT toTimeZone(Timestamp, 'UTC') AS ts, ServiceName AS service, platform, Duration AS duration_ns,
    toFixedString(unhex(TraceId), 16) AS trace_id, toFixedString(unhex(SpanId), 8) AS span_id,
    toUInt8(${TRACE_SOURCES.traceparent}) AS trace_source,
    if(SpanAttributes['http.route'] != '', SpanAttributes['http.route'], SpanName) AS own_route,
    toUnixTimestamp64Nano(Timestamp) AS starts, starts + toInt64(Duration) AS ends
  FROM otel_traces WHERE ${SPANS_IN_WINDOW}
  LIMIT 1 BY cityHash64(trace_id, span_id)
) AS span
ASOF LEFT JOIN (
  SELECT cityHash64(trace_id) AS trace, toUnixTimestamp64Nano(ts) AS starts,
    max(starts + toInt64(duration_ns)) OVER (PARTITION BY trace ORDER BY starts) AS last_end
  FROM http_requests
  WHERE ${OF_SERVICE} AND ${within('ts', 'near_from', 'near_to')}
    AND trace IN (SELECT cityHash64(toFixedString(unhex(TraceId), 16)) FROM otel_traces WHERE ${SPANS_IN_WINDOW})
) AS probe ON cityHash64(span.trace_id) = probe.trace AND span.ends > probe.starts
WHERE probe.last_end <= span.starts`;
