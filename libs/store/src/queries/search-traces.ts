/** Traces by what their requests and spans are: for the APIs of others, which search before they show. */
import type { TimeWindow } from '@mapscope/events';
import type { Clickhouse } from '../connection/clickhouse.ts';
import { IN_WINDOW, windowParameters } from './filter.ts';

export interface TraceSearch {
  readonly service: string;
  /** name of a span, or `METHOD /route` of a probed request */
  readonly operation?: string | undefined;
  readonly window: TimeWindow;
  readonly minNanos?: number | undefined;
  readonly maxNanos?: number | undefined;
  readonly limit: number;
}

export interface Operation {
  readonly name: string;
  /** server, client, internal, producer, consumer, unspecified */
  readonly kind: string;
}

export interface TraceSearchSource {
  /** ids, newest first */
  readonly ids: (search: TraceSearch) => Promise<readonly string[]>;
  readonly services: (window: TimeWindow) => Promise<readonly string[]>;
  readonly operations: (service: string, window: TimeWindow) => Promise<readonly Operation[]>;
}

const MAX_NAMES = 1000;
const SPAN_WINDOW = IN_WINDOW.replaceAll('ts ', 'Timestamp ');
const OPERATION = "concat(method, ' ', route)";
const HAS_TRACE = "trace_id != toFixedString('', 16)";

export const traceSearchOver = (clickhouse: Clickhouse): TraceSearchSource => ({
  ids: (search) => searchIds(clickhouse, search),
  services: async (window) => {
    const sql = `SELECT DISTINCT service FROM (
  SELECT service FROM http_requests WHERE ${IN_WINDOW} GROUP BY service
  UNION ALL SELECT ServiceName AS service FROM otel_traces WHERE ${SPAN_WINDOW} GROUP BY service
) ORDER BY service LIMIT ${MAX_NAMES}`;
    const rows = await clickhouse.rows<{ service: string }>({
      name: 'trace-services',
      sql,
      parameters: windowParameters(window),
    });
    return rows.map(({ service }) => service);
  },
  operations: (service, window) => {
    const sql = `SELECT DISTINCT name, kind FROM (
  SELECT ${OPERATION} AS name, 'server' AS kind FROM http_requests WHERE service = {service:String} AND ${IN_WINDOW} GROUP BY name
  UNION ALL SELECT SpanName AS name, lower(SpanKind) AS kind FROM otel_traces
  WHERE ServiceName = {service:String} AND ${SPAN_WINDOW} GROUP BY name, kind
) ORDER BY name, kind LIMIT ${MAX_NAMES}`;
    const parameters = { service, ...windowParameters(window) };
    return clickhouse.rows<Operation>({ name: 'trace-operations', sql, parameters });
  },
});

async function searchIds(clickhouse: Clickhouse, search: TraceSearch): Promise<readonly string[]> {
  const { service, operation, minNanos, maxNanos, limit, window } = search;
  const bounds = (operationColumn: string, duration: string): string =>
    [
      operation === undefined ? '' : ` AND ${operationColumn} = {operation:String}`,
      minNanos === undefined ? '' : ` AND ${duration} >= {least:UInt64}`,
      maxNanos === undefined ? '' : ` AND ${duration} <= {most:UInt64}`,
    ].join('');
  const sql = `SELECT trace, max(at) AS newest FROM (
  SELECT lower(hex(trace_id)) AS trace, ts AS at FROM http_requests
  WHERE service = {service:String} AND ${IN_WINDOW} AND ${HAS_TRACE}${bounds(OPERATION, 'duration_ns')}
  ORDER BY ts DESC LIMIT {some:UInt32}
  UNION ALL SELECT TraceId AS trace, Timestamp AS at FROM otel_traces
  WHERE ServiceName = {service:String} AND ${SPAN_WINDOW}${bounds('SpanName', 'Duration')}
  ORDER BY Timestamp DESC LIMIT {some:UInt32}
) GROUP BY trace ORDER BY newest DESC, trace LIMIT {limit:UInt32}`;
  const parameters = {
    service,
    limit,
    some: limit * SPANS_A_TRACE,
    ...windowParameters(window),
    ...(operation === undefined ? {} : { operation }),
    ...(minNanos === undefined ? {} : { least: BigInt(Math.round(minNanos)) }),
    ...(maxNanos === undefined ? {} : { most: BigInt(Math.round(maxNanos)) }),
  };
  const rows = await clickhouse.rows<{ trace: string }>({ name: 'trace-search', sql, parameters });
  return rows.map(({ trace }) => trace);
}

/** A trace may have many spans of one service; beyond these fewer traces are found than were asked for. */
const SPANS_A_TRACE = 50;
