/**
 * Where requests are read from: the probe's rows, and for services with SDK spans also their SERVER spans, each request once.
 *
 *   probe   ├──── http_requests ────┤            counts
 *   SDK       ├── SERVER span ────┤              same trace and service, overlapping: the same request, does not count
 *   SDK                                ├──────┤  no probe row: counts
 *
 * A service without SDK spans pays one look into the sort key of otel_traces and reads http_requests as if this were not.
 * Spans of one request may come twice (OTLP has no identity for a resend): one row for each span id.
 */
import { NANOS_PER_SECOND, TRACE_SOURCES } from '@mapscope/events';
import type { EvidenceQuery } from '@mapscope/rootcause';
import type { Clickhouse, Parameters } from '../connection/clickhouse.ts';
import { windowParameters } from '../queries/filter.ts';

export interface RequestSource {
  /** for FROM; has ts, service, platform, route, duration_ns, trace_id, span_id, trace_source */
  readonly from: string;
  readonly parameters: Parameters;
  readonly hasSpans: boolean;
}

const PROBE_ONLY: RequestSource = { from: 'http_requests', parameters: {}, hasSpans: false };

/** How far a request may begin outside the window and still be the one a span inside belongs to. */
const MARGIN_NANOS = 600n * NANOS_PER_SECOND;

const SPANS_IN_WINDOW = `ServiceName = {service:String} AND SpanKind = 'Server'
  AND Timestamp >= fromUnixTimestamp64Nano({from:Int64}, 'UTC') AND Timestamp < fromUnixTimestamp64Nano({to:Int64}, 'UTC')`;

export async function requestSource(
  clickhouse: Clickhouse,
  { service, window }: Pick<EvidenceQuery, 'service' | 'window'>,
): Promise<RequestSource> {
  const parameters = { service, ...windowParameters(window) };
  const found = await clickhouse.rows({
    name: 'evidence-has-spans',
    sql: `SELECT 1 FROM otel_traces WHERE ${SPANS_IN_WINDOW} LIMIT 1`,
    parameters,
  });
  if (found.length === 0) return PROBE_ONLY;
  const near = { near_from: window.fromUnixNanos - MARGIN_NANOS, near_to: window.toUnixNanos + MARGIN_NANOS };
  return { from: `(${PROBE_ROWS}\nUNION ALL\n${SPAN_ROWS})`, parameters: { ...parameters, ...near }, hasSpans: true };
}

const PROBE_ROWS = `SELECT ts, service, platform, route, duration_ns, trace_id, span_id, trace_source
FROM http_requests
WHERE service = {service:String}
  AND ts >= fromUnixTimestamp64Nano({from:Int64}, 'UTC') AND ts < fromUnixTimestamp64Nano({to:Int64}, 'UTC')`;

const SPAN_ROWS = `SELECT toTimeZone(span.ts, 'UTC') AS ts, span.service AS service, span.platform AS platform, span.route AS route,
  span.duration_ns AS duration_ns, span.trace_id AS trace_id, span.span_id AS span_id,
  toUInt8(${TRACE_SOURCES.traceparent}) AS trace_source
FROM (
  SELECT Timestamp AS ts, ServiceName AS service, platform, Duration AS duration_ns,
    CAST(if(SpanAttributes['http.route'] != '', SpanAttributes['http.route'], SpanName), 'LowCardinality(String)') AS route,
    toFixedString(unhex(TraceId), 16) AS trace_id, toFixedString(unhex(SpanId), 8) AS span_id
  FROM otel_traces WHERE ${SPANS_IN_WINDOW}
  LIMIT 1 BY TraceId, SpanId
) AS span
LEFT JOIN (
  SELECT trace_id, groupArray((toUnixTimestamp64Nano(ts), duration_ns)) AS served
  FROM http_requests
  WHERE service = {service:String}
    AND ts >= fromUnixTimestamp64Nano({near_from:Int64}, 'UTC') AND ts < fromUnixTimestamp64Nano({near_to:Int64}, 'UTC')
    AND trace_id IN (SELECT toFixedString(unhex(TraceId), 16) FROM otel_traces WHERE ${SPANS_IN_WINDOW})
  GROUP BY trace_id
) AS probe ON span.trace_id = probe.trace_id
WHERE NOT arrayExists(
  seen -> seen.1 < toUnixTimestamp64Nano(span.ts) + toInt64(span.duration_ns)
    AND toUnixTimestamp64Nano(span.ts) < seen.1 + toInt64(seen.2),
  probe.served)`;
