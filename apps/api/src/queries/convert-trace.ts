/** One trace, from the store's rows to the words of libs/contract. Pure. */
import {
  formatUnixNanos,
  SPAN_KINDS,
  SPAN_STATUSES,
  toCodeSite,
  toMs,
  type SpanKind,
  type SpanStatus,
  type TraceAnswer,
  type TraceRequestJson,
  type TraceSpanJson,
  type TraceWaitJson,
} from '@mapscope/contract';
import type { TraceRecord } from '@mapscope/store';
import { layWait } from './lay-wait.ts';

/** The probe writes eight zero bytes for no parent, the OpenTelemetry exporter an empty text. */
const parentOf = ({ parentSpanId }: { readonly parentSpanId: string }): string | null =>
  /^0*$/.test(parentSpanId) ? null : parentSpanId;

const toRequestJson = (row: TraceRecord['requests'][number]): TraceRequestJson => ({
  service: row.service,
  method: row.method,
  route: row.route,
  platform: row.platform,
  start: formatUnixNanos(row.startUnixNanos),
  durationMs: toMs(row.durationNanos),
  spanId: row.spanId,
  parentSpanId: parentOf(row),
  goroutine: String(row.goid),
  traceSource: row.traceSource,
  end: row.end,
});

const toWaitJson = (row: TraceRecord['waits'][number]): TraceWaitJson => ({
  start: formatUnixNanos(row.startUnixNanos),
  waitMs: toMs(row.waitNanos),
  schedMs: toMs(row.schedNanos),
  lockKind: row.lockKind,
  lockAddress: row.lockAddress,
  binding: row.binding,
  waiter: toCodeSite(row.waiter),
  releasedAt: toCodeSite(row.holder),
  holderTraceId: row.holderTraceId,
  waiterStack: row.waiterStack.map(toCodeSite),
  holderStack: row.holderStack.map(toCodeSite),
  waiterGoroutine: String(row.waiterGoid),
  holderGoroutine: String(row.holderGoid),
});

/** By the names of the OpenTelemetry collector's ClickHouse exporter; what it does not know it calls Unspecified. */
const kindOf = (text: string): SpanKind => SPAN_KINDS.find((kind) => kind === text.toLowerCase()) ?? 'unspecified';
const statusOf = (text: string): SpanStatus => SPAN_STATUSES.find((one) => one === text.toLowerCase()) ?? 'unset';

const toSpanJson = (row: TraceRecord['spans'][number]): TraceSpanJson => ({
  service: row.service,
  name: row.name,
  kind: kindOf(row.kind),
  status: statusOf(row.statusCode),
  start: formatUnixNanos(row.startUnixNanos),
  durationMs: toMs(row.durationNanos),
  spanId: row.spanId,
  parentSpanId: parentOf(row),
  attributes: { ...row.attributes },
});

export const toTraceAnswer = (record: TraceRecord): TraceAnswer => ({
  traceId: record.traceId,
  requests: record.requests.map(toRequestJson),
  waits: record.waits.map((wait) => ({ ...toWaitJson(wait), laidOn: layWait(wait, record) })),
  spans: record.spans.map(toSpanJson),
});
