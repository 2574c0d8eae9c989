/** From the store's rows to the words of libs/contract. Pure; what rootcause owns is converted there. */
import {
  formatUnixNanos,
  toCodeSite,
  toMs,
  type AgentReportJson,
  type ContentionRowJson,
  type PipelineTotals,
  type ServiceJson,
  type TraceAnswer,
  type TraceRequestJson,
  type TraceWaitJson,
} from '@mapscope/contract';
import type { AgentStatus, ContentionRow, PipelineCount, ServiceSummary, TraceRecord } from '@mapscope/store';

export const toServiceJson = (row: ServiceSummary): ServiceJson => ({
  service: row.service,
  platforms: [...row.platforms],
  requests: row.requests,
  firstSeen: formatUnixNanos(row.firstUnixNanos),
  lastSeen: formatUnixNanos(row.lastUnixNanos),
});

export const toContentionJson = (row: ContentionRow): ContentionRowJson => ({
  waiter: toCodeSite(row.waiter),
  releasedAt: toCodeSite(row.holder),
  lockKind: row.lockKind,
  platform: row.platform,
  waits: row.waits,
  waitMs: toMs(row.waitNanos),
  schedMs: toMs(row.schedNanos),
  maxWaitMs: toMs(row.maxWaitNanos),
  locks: row.locks,
  contentionRatio: Number.isFinite(row.ratio) ? row.ratio : null,
});

const toRequestJson = (row: TraceRecord['requests'][number]): TraceRequestJson => ({
  service: row.service,
  method: row.method,
  route: row.route,
  platform: row.platform,
  start: formatUnixNanos(row.startUnixNanos),
  durationMs: toMs(row.durationNanos),
  spanId: row.spanId,
  parentSpanId: /^0*$/.test(row.parentSpanId) ? null : row.parentSpanId,
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

export const toTraceAnswer = (record: TraceRecord): TraceAnswer => ({
  traceId: record.traceId,
  requests: record.requests.map(toRequestJson),
  waits: record.waits.map(toWaitJson),
});

export const toAgentReport = (row: AgentStatus): AgentReportJson => ({
  agent: row.agent,
  service: row.service,
  platform: row.platform,
  kind: row.family,
  state: row.state,
  pid: row.pid,
  buildId: row.buildId,
  probes: row.probes,
  attachMs: toMs(row.attachNanos),
  ringSubmitted: row.ringSubmitted,
  ringLost: row.ringLost,
  publishedRows: row.publishedRows,
  publishedBatches: row.publishedBatches,
  final: row.final,
  reportedAt: formatUnixNanos(row.ts),
});

const NOTHING: PipelineTotals = {
  ringSubmitted: 0,
  ringLost: 0,
  published: 0,
  publishedBatches: 0,
  inserted: 0,
  insertedBatches: 0,
};

export const totalsOf = (rows: readonly PipelineCount[]): PipelineTotals =>
  rows.reduce<PipelineTotals>(
    (sum, row) => ({
      ringSubmitted: sum.ringSubmitted + row.ringSubmitted,
      ringLost: sum.ringLost + row.ringLost,
      published: sum.published + row.published,
      publishedBatches: sum.publishedBatches + row.publishedBatches,
      inserted: sum.inserted + row.inserted,
      insertedBatches: sum.insertedBatches + row.insertedBatches,
    }),
    NOTHING,
  );
