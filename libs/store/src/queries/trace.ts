/** One trace: its requests, every wait of its goroutines with both stacks, and the spans its services' SDKs sent. */
import { ROUTE_SOURCES, TRACE_SOURCES, type TraceId } from '@mapscope/events';
import type { Clickhouse, Parameters } from '../connection/clickhouse.ts';
import { addressText, bindingOf, lockKindOf, requestEndOf, traceSourceOf } from '../names.ts';
import type { TraceRecord, TraceRequest, TraceWait } from '../records.ts';
import { bounded, readRouteBounds, routedRows } from './routes.ts';
import { holderOf, SITES, type SitesRow, waiterOf } from './site-pair.ts';
import { readSpans, SPANS_OF_TRACE, type SpanTimes, spanTimes } from './spans.ts';
import { readStacks } from './stacks.ts';

/** More than this of one trace is not shown; a request that waits oftener is told by its first ones. */
const MAX_ROWS = 10_000;

const OF_TRACE = 'trace_id = toFixedString(unhex({trace:String}), 16)';
const COLUMNS = 'ts service method platform duration_ns span_id parent_span_id goid trace_source end';
/**
 * Routes that a span may replace are looked for only where there are both, and by the time that the requests were found at:
 * three times through the bloom filter is most of what a trace costs.
 */
const ROUTED = routedRows({
  columns: COLUMNS.split(' '),
  rows: `${OF_TRACE} AND service IN {services:Array(String)}
  AND ts >= fromUnixTimestamp64Nano({from:Int64}, 'UTC') AND ts <= fromUnixTimestamp64Nano({last:Int64}, 'UTC')`,
  spans: SPANS_OF_TRACE,
  isBounded: false,
});
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

/** Undefined when neither a request nor a wait nor a span of it is kept. */
export async function readTrace(clickhouse: Clickhouse, trace: TraceId): Promise<TraceRecord | undefined> {
  const times = spanTimes(clickhouse, trace);
  const [requests, waits, spans] = await Promise.all([
    readRequests(clickhouse, trace, times),
    readWaits(clickhouse, trace),
    times.then((known) => (known === undefined ? [] : readSpans(clickhouse, trace, known))),
  ]);
  const found = requests.length + waits.length + spans.length > 0;
  return found ? { traceId: trace, requests, waits, spans } : undefined;
}

async function readRequests(
  clickhouse: Clickhouse,
  trace: TraceId,
  times: Promise<SpanTimes | undefined>,
): Promise<readonly TraceRequest[]> {
  const own = await readRows(clickhouse, { source: `http_requests WHERE ${OF_TRACE}`, parameters: { trace } });
  const services = [...new Set(own.map(({ service }) => service))];
  const near = own.some((row) => row.gives_way === 1) ? await times : undefined;
  const [rows, bounds] = await Promise.all([
    near === undefined
      ? own
      : readRows(clickhouse, { source: `(${ROUTED})`, parameters: { trace, services, ...near, ...spanOf(own) } }),
    readRouteBounds(clickhouse, services),
  ]);
  return rows.map((row) => ({
    service: row.service,
    route: bounded(bounds, row.service, row.route),
    method: row.method,
    platform: row.platform,
    startUnixNanos: BigInt(row.start),
    durationNanos: Number(row.duration_ns),
    spanId: row.span,
    parentSpanId: row.parent,
    goid: Number(row.goid),
    traceSource: traceSourceOf(row.trace_source),
    end: requestEndOf(row.end),
  }));
}

interface Rows {
  readonly source: string;
  readonly parameters: Parameters;
}

function readRows(clickhouse: Clickhouse, { source, parameters }: Rows): Promise<readonly RequestRow[]> {
  const isPlain = source.startsWith('http_requests');
  return clickhouse.rows<RequestRow>({
    name: isPlain ? 'trace-requests' : 'trace-routes',
    sql: `SELECT service, route, method, platform, toUnixTimestamp64Nano(ts) AS start, duration_ns, lower(hex(span_id)) AS span,
  lower(hex(parent_span_id)) AS parent, goid, trace_source, end, ${isPlain ? `(${GIVES_WAY})` : 'toUInt8(0)'} AS gives_way
FROM ${source} ORDER BY ts, span_id LIMIT ${MAX_ROWS}`,
    parameters,
  });
}

/** Oldest first. */
const spanOf = (rows: readonly RequestRow[]): Parameters => ({
  from: BigInt(rows[0]?.start ?? 0),
  last: BigInt(rows.at(-1)?.start ?? 0),
});

async function readWaits(clickhouse: Clickhouse, trace: TraceId): Promise<readonly TraceWait[]> {
  const rows = await clickhouse.rows<WaitRow>({
    name: 'trace-waits',
    sql: `SELECT toUnixTimestamp64Nano(ts) AS start, wait_ns, sched_ns, lock_kind, lock_addr, binding,
  ${SITES},
  lower(hex(holder_trace_id)) AS holder_trace, waiter_stack, holder_stack, waiter_goid, holder_goid
FROM lock_waits WHERE ${OF_TRACE} ORDER BY ts, waiter_goid LIMIT ${MAX_ROWS}`,
    parameters: { trace },
  });
  const stacks = await readStacks(
    clickhouse,
    rows.flatMap((row) => [row.waiter_stack, row.holder_stack]),
  );
  return rows.map((row) => toWait(row, stacks));
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
