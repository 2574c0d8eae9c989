/** One trace: its requests, every wait of its goroutines with both stacks, and the spans its services' SDKs sent. */
import { ROUTE_SOURCES, TRACE_SOURCES, type TraceId } from '@mapscope/events';
import type { Clickhouse } from '../connection/clickhouse.ts';
import { addressText, bindingOf, lockKindOf, requestEndOf, traceSourceOf } from '../names.ts';
import type { TraceRecord, TraceRequest, TraceWait } from '../records.ts';
import { ownRoute } from './own-route.ts';
import { bounded, readCrowdedServices, readRouteBounds } from './routes.ts';
import { holderOf, SITES, type SitesRow, waiterOf } from './site-pair.ts';
import { readSpans } from './spans.ts';
import { readStacks, type Stacks } from './stacks.ts';

/** More than this of one trace is not shown; a request that waits oftener is told by its first ones. */
const MAX_ROWS = 10_000;

const OF_TRACE = 'trace_id = toFixedString(unhex({trace:String}), 16)';
const GIVES_WAY = `route_source != ${ROUTE_SOURCES.pattern} AND trace_source != ${TRACE_SOURCES.none}`;
const NO_TRACE = '0'.repeat(32);

interface RequestRow {
  readonly service: string;
  readonly route: string;
  readonly method: string;
  readonly platform: string;
  readonly start: string;
  readonly duration_ns: string;
  readonly span: string;
  readonly parent: string;
  readonly goid: string;
  readonly trace_source: number;
  readonly end: number;
  readonly gives_way: number;
}

interface WaitRow extends SitesRow {
  readonly start: string;
  readonly wait_ns: string;
  readonly sched_ns: string;
  readonly lock_kind: number;
  readonly lock_addr: string;
  readonly binding: number;
  readonly holder_trace: string;
  readonly waiter_stack: string;
  readonly holder_stack: string;
  readonly waiter_goid: string;
  readonly holder_goid: string;
}

/**
 * Undefined when neither a request nor a wait nor a span of it is kept. One round trip, but for stacks that were not seen before and
 * for services with more routes than are told apart: what a statement costs is mostly not what it reads.
 */
export async function readTrace(
  clickhouse: Clickhouse,
  trace: TraceId,
  stacks: Stacks = (hashes) => readStacks(clickhouse, hashes),
): Promise<TraceRecord | undefined> {
  const [rows, waits, spans, crowded] = await Promise.all([
    readRows(clickhouse, trace),
    readWaits(clickhouse, trace, stacks),
    readSpans(clickhouse, trace),
    readCrowdedServices(clickhouse),
  ]);
  if (rows.length + waits.length + spans.length === 0) return undefined;
  const services = [...new Set(rows.map(({ service }) => service))].filter((service) => crowded.has(service));
  const bounds = services.length === 0 ? new Map() : await readRouteBounds(clickhouse, services);
  const requests = rows.map((row) => {
    const request = toRequest(row);
    const route = row.gives_way === 1 ? ownRoute(request, spans) : row.route;
    return { ...request, route: bounded(bounds, row.service, route) };
  });
  return { traceId: trace, requests, waits, spans };
}

const readRows = (clickhouse: Clickhouse, trace: TraceId): Promise<readonly RequestRow[]> =>
  clickhouse.rows<RequestRow>({
    name: 'trace-requests',
    sql: `SELECT service, route, method, platform, toUnixTimestamp64Nano(ts) AS start, duration_ns, lower(hex(span_id)) AS span,
  lower(hex(parent_span_id)) AS parent, goid, trace_source, end, (${GIVES_WAY}) AS gives_way
FROM http_requests WHERE ${OF_TRACE} ORDER BY ts, span_id LIMIT ${MAX_ROWS}`,
    parameters: { trace },
  });

const toRequest = (row: RequestRow): TraceRequest => ({
  service: row.service,
  route: row.route,
  method: row.method,
  platform: row.platform,
  startUnixNanos: BigInt(row.start),
  durationNanos: Number(row.duration_ns),
  spanId: row.span,
  parentSpanId: row.parent,
  goid: Number(row.goid),
  traceSource: traceSourceOf(row.trace_source),
  end: requestEndOf(row.end),
});

async function readWaits(clickhouse: Clickhouse, trace: TraceId, stacks: Stacks): Promise<readonly TraceWait[]> {
  const rows = await clickhouse.rows<WaitRow>({
    name: 'trace-waits',
    sql: `SELECT toUnixTimestamp64Nano(ts) AS start, wait_ns, sched_ns, lock_kind, lock_addr, binding,
  ${SITES},
  lower(hex(holder_trace_id)) AS holder_trace, waiter_stack, holder_stack, waiter_goid, holder_goid
FROM lock_waits WHERE ${OF_TRACE} ORDER BY ts, waiter_goid LIMIT ${MAX_ROWS}`,
    parameters: { trace },
  });
  const found = await stacks(rows.flatMap((row) => [row.waiter_stack, row.holder_stack]));
  return rows.map((row) => toWait(row, found));
}

function toWait(row: WaitRow, stacks: Awaited<ReturnType<typeof readStacks>>): TraceWait {
  return {
    startUnixNanos: BigInt(row.start),
    waitNanos: Number(row.wait_ns),
    schedNanos: Number(row.sched_ns),
    lockKind: lockKindOf(row.lock_kind),
    lockAddress: addressText(BigInt(row.lock_addr)),
    binding: bindingOf(row.binding),
    waiter: waiterOf(row),
    holder: holderOf(row),
    holderTraceId: row.holder_trace === NO_TRACE ? null : row.holder_trace,
    waiterStack: stacks.get(row.waiter_stack) ?? [],
    holderStack: stacks.get(row.holder_stack) ?? [],
    waiterGoid: Number(row.waiter_goid),
    holderGoid: Number(row.holder_goid),
  };
}
