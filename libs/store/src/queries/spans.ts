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

/** With parameters trace and those of spanTimes. */
export const SPANS_OF_TRACE = `TraceId = {trace:String} AND Timestamp >= toDateTime64({span_from:Int64}, 9)
  AND Timestamp < toDateTime64({span_to:Int64}, 9)`;

/** Unix seconds between which all spans of a trace begin; undefined: it has none. */
export async function spanTimes(clickhouse: Clickhouse, trace: TraceId): Promise<SpanTimes | undefined> {
  const [row] = await clickhouse.rows<{ readonly first: number; readonly last: number; readonly found: string }>({
    name: 'trace-span-times',
    sql: `SELECT toUnixTimestamp(min(Start)) AS first, toUnixTimestamp(max(End)) AS last, count() AS found
FROM otel_traces_trace_id_ts WHERE TraceId = {trace:String}`,
    parameters: { trace },
  });
  // The lookup table holds whole seconds, rounded down.
  return row === undefined || row.found === '0' ? undefined : { span_from: row.first, span_to: row.last + 1 };
}

export interface SpanTimes {
  readonly [parameter: string]: number;
  readonly span_from: number;
  readonly span_to: number;
}

export async function readSpans(
  clickhouse: Clickhouse,
  trace: TraceId,
  times: SpanTimes,
): Promise<readonly TraceSpan[]> {
  const rows = await clickhouse.rows<Row>({
    name: 'trace-spans',
    sql: `SELECT SpanId, ParentSpanId, SpanName, SpanKind, ServiceName, toUnixTimestamp64Nano(Timestamp) AS start, Duration,
  StatusCode, SpanAttributes AS attributes
FROM otel_traces WHERE ${SPANS_OF_TRACE} ORDER BY Timestamp, SpanId LIMIT 1 BY SpanId LIMIT ${MAX_SPANS}`,
    parameters: { trace, ...times },
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
