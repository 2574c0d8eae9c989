/** The SDK spans of one trace, oldest first; a span that came twice once. */
import type { TraceId } from '@mapscope/events';
import type { Clickhouse } from '../connection/clickhouse.ts';
import type { TraceSpan } from '../records.ts';

/** More than this of one trace is not shown. */
const MAX_SPANS = 10_000;

interface Row {
  readonly SpanId: string;
  readonly ParentSpanId: string;
  readonly SpanName: string;
  readonly SpanKind: string;
  readonly ServiceName: string;
  readonly start: string;
  readonly Duration: string;
  readonly StatusCode: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** The lookup table holds whole seconds, rounded down; a scalar subquery without rows is NULL and finds nothing. */
export const SPANS_OF_TRACE = `TraceId = {trace:String}
  AND Timestamp >= (SELECT toDateTime64(min(Start), 9) FROM otel_traces_trace_id_ts WHERE TraceId = {trace:String})
  AND Timestamp < (SELECT toDateTime64(max(End), 9) + INTERVAL 1 SECOND FROM otel_traces_trace_id_ts WHERE TraceId = {trace:String})`;

export async function readSpans(clickhouse: Clickhouse, trace: TraceId): Promise<readonly TraceSpan[]> {
  const rows = await clickhouse.rows<Row>({
    name: 'trace-spans',
    sql: `SELECT SpanId, ParentSpanId, SpanName, SpanKind, ServiceName, toUnixTimestamp64Nano(Timestamp) AS start, Duration,
  StatusCode, SpanAttributes AS attributes
FROM otel_traces WHERE ${SPANS_OF_TRACE} ORDER BY Timestamp, SpanId LIMIT 1 BY SpanId LIMIT ${MAX_SPANS}`,
    parameters: { trace },
  });
  return rows.map((row) => ({
    spanId: row.SpanId,
    parentSpanId: row.ParentSpanId,
    name: row.SpanName,
    kind: row.SpanKind,
    service: row.ServiceName,
    startUnixNanos: BigInt(row.start),
    durationNanos: Number(row.Duration),
    statusCode: row.StatusCode,
    attributes: row.attributes,
  }));
}
