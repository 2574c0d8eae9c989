/** Requests: each its own trace, few routes take most, log-normal in length. Pure. */
import { type ColumnData, REQUEST_ENDS, ROUTE_SOURCES, TRACE_SOURCES } from '@mapscope/events';
import { logNormal } from './chance.ts';
import { fixed, names, nanos, same, u32, u64, u8 } from './columns.ts';
import { type Drawn, pickFrom } from './drawn.ts';
import { newRequest } from './requests.ts';

const isRoot = (parent: Uint8Array): boolean => parent.every((byte) => byte === 0);

export function httpColumns({ chance, service, times }: Drawn): Readonly<Record<string, ColumnData>> {
  let goid = 0n;
  const rows = times.map((ts) => {
    const request = newRequest(chance, service, goid);
    goid = request.goid;
    const route = pickFrom(service.routes, request.route);
    return { ...request, ts, route, nanos: BigInt(logNormal(chance, route.medianNanos, 0.8)) };
  });
  return {
    ts: nanos(rows, ({ ts }) => ts),
    service: same(rows, service.name),
    platform: same(rows, service.platform),
    method: names(rows, ({ route }) => route.method),
    route: names(rows, ({ route }) => route.pattern),
    duration_ns: u64(rows, (row) => row.nanos),
    trace_id: fixed(16, rows, ({ traceId }) => traceId),
    span_id: fixed(8, rows, ({ spanId }) => spanId),
    parent_span_id: fixed(8, rows, ({ parentSpanId }) => parentSpanId),
    trace_source: u8(rows, ({ parentSpanId }) =>
      isRoot(parentSpanId) ? TRACE_SOURCES.generated : TRACE_SOURCES.traceparent,
    ),
    end: u8(rows, () => REQUEST_ENDS.finished),
    pid: u32(rows, () => service.pid),
    goid: u64(rows, ({ goid }) => goid),
    route_source: u8(rows, () => ROUTE_SOURCES.pattern),
  };
}
