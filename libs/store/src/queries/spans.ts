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

/** All by the bloom filter of the trace id: looking up their time first is a round trip more, and as much work as it saves. */
export async function readSpans(clickhouse: Clickhouse, trace: TraceId): Promise<readonly TraceSpan[]> {
  const rows = await clickhouse.rows<Row>({
    name: 'trace-spans',
    sql: `SELECT SpanId, ParentSpanId, SpanName, SpanKind, ServiceName, toUnixTimestamp64Nano(Timestamp) AS start, Duration,
  StatusCode, SpanAttributes AS attributes
FROM otel_traces WHERE TraceId = {trace:String} ORDER BY Timestamp, SpanId LIMIT 1 BY SpanId LIMIT ${MAX_SPANS}`,
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
