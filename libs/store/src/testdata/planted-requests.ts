/** Probe rows by their few telling fields, as an agent of today or of an older version sends them. */
import {
  type ColumnData,
  type ColumnSpec,
  encodeNativeBlock,
  REQUEST_ENDS,
  TABLES,
  TRACE_SOURCES,
} from '@mapscope/events';
import { AGENT } from './planted.ts';

export interface PlantedRequest {
  readonly traceId: string;
  readonly route: string;
  /** one of ROUTE_SOURCES; the block of an old agent has no such column */
  readonly routeSource: number;
  readonly startUnixNanos: bigint;
  readonly durationNanos: number;
  readonly spanId?: string;
  readonly parentSpanId?: string;
  readonly service?: string;
}

const NONE = '0'.repeat(16);

/** Another column list than today's for the block of an agent that is older or newer. */
export function plantedRequestsBlock(
  requests: readonly PlantedRequest[],
  spec: readonly ColumnSpec[] = TABLES.http_requests,
): Uint8Array {
  const { words, small, large, bytes } = columnsOf(requests);
  return encodeNativeBlock(spec, requests.length, {
    ts: { storage: 'i64', values: BigInt64Array.from(requests, ({ startUnixNanos }) => startUnixNanos) },
    service: words(({ service }) => service ?? 'order'),
    platform: words(() => 'p'),
    method: words(() => 'GET'),
    route: words(({ route }) => route),
    duration_ns: large(({ durationNanos }) => durationNanos),
    trace_id: bytes('bytes16', ({ traceId }) => traceId),
    span_id: bytes('bytes8', ({ spanId, traceId }) => spanId ?? traceId.slice(16)),
    parent_span_id: bytes('bytes8', ({ parentSpanId }) => parentSpanId ?? NONE),
    trace_source: small(() => TRACE_SOURCES.traceparent),
    end: small(() => REQUEST_ENDS.finished),
    pid: { storage: 'u32', values: new Uint32Array(requests.length).fill(77) },
    goid: large(() => 5),
    agent: words(() => AGENT),
    batch_seq: large(() => 1),
    route_source: small(({ routeSource }) => routeSource),
    later: small(() => 9),
  });
}

/** Makers of columns, each by what it holds of a request. */
function columnsOf(requests: readonly PlantedRequest[]) {
  const words = (of: (request: PlantedRequest) => string): ColumnData => ({
    storage: 'dictionary',
    keys: requests.map(of),
    indexes: Uint32Array.from(requests.keys()),
  });
  const small = (of: (request: PlantedRequest) => number): ColumnData => ({
    storage: 'u8',
    values: Uint8Array.from(requests, of),
  });
  const large = (of: (request: PlantedRequest) => number): ColumnData => ({
    storage: 'u64',
    values: BigUint64Array.from(requests, (request) => BigInt(of(request))),
  });
  const bytes = (storage: 'bytes8' | 'bytes16', of: (request: PlantedRequest) => string): ColumnData => ({
    storage,
    values: Uint8Array.from(Buffer.from(requests.map(of).join(''), 'hex')),
  });
  return { words, small, large, bytes };
}
