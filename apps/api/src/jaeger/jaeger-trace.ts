/**
 * A trace as Jaeger's query service answers it (jaegertracing/jaeger, internal/uimodel: Trace, Span, Process; times in
 * microseconds). Requests seen by probes are spans of their own where no SDK sent the same one; waits for locks are spans
 * below the span they lie on, so that every tool that shows a Jaeger trace shows who waited, for what, and who held it.
 * Pure.
 */
import { createHash } from 'node:crypto';
import type { TraceRecord, TraceRequest, TraceSpan, TraceWait } from '@mapscope/store';
import { layWait } from '../queries/lay-wait.ts';

export interface JaegerTag {
  readonly key: string;
  readonly type: 'string' | 'int64' | 'bool';
  readonly value: string | number | boolean;
}

export interface JaegerSpan {
  readonly traceID: string;
  readonly spanID: string;
  readonly operationName: string;
  readonly references: readonly { readonly refType: 'CHILD_OF'; readonly traceID: string; readonly spanID: string }[];
  readonly startTime: number;
  readonly duration: number;
  readonly tags: readonly JaegerTag[];
  readonly logs: readonly never[];
  readonly processID: string;
  readonly warnings: null;
}

export interface JaegerTrace {
  readonly traceID: string;
  readonly spans: readonly JaegerSpan[];
  readonly processes: Readonly<Record<string, { readonly serviceName: string; readonly tags: readonly JaegerTag[] }>>;
  readonly warnings: null;
}

interface Drawn {
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly startUnixNanos: bigint;
  readonly durationNanos: number;
  readonly service: string;
  readonly platform: string;
  readonly tags: readonly JaegerTag[];
}

export function toJaegerTrace(record: TraceRecord): JaegerTrace {
  const known = new Set(record.spans.map(({ spanId }) => spanId));
  const drawn = [
    ...record.spans.map(ofSpan),
    ...record.requests.filter(({ spanId }) => !known.has(spanId)).map(ofRequest),
    ...record.waits.map((wait, index) => ofWait(wait, index, record)),
  ];
  const processes = [...new Set(drawn.map(processKey))];
  const idOf = (one: Drawn): string => `p${processes.indexOf(processKey(one)) + 1}`;
  return {
    traceID: record.traceId,
    spans: drawn.map((one) => toSpan(record.traceId, one, idOf(one))),
    processes: Object.fromEntries(
      drawn.map((one) => [
        idOf(one),
        { serviceName: one.service, tags: one.platform === '' ? [] : [text('mapscope.platform', one.platform)] },
      ]),
    ),
    warnings: null,
  };
}

const processKey = ({ service, platform }: Drawn): string => JSON.stringify([service, platform]);

const toSpan = (traceID: string, one: Drawn, processID: string): JaegerSpan => ({
  traceID,
  spanID: one.spanId,
  operationName: one.name,
  references: one.parentSpanId === undefined ? [] : [{ refType: 'CHILD_OF', traceID, spanID: one.parentSpanId }],
  startTime: Number(one.startUnixNanos / 1000n),
  duration: Math.max(1, Math.round(one.durationNanos / 1000)),
  tags: one.tags,
  logs: [],
  processID,
  warnings: null,
});

const text = (key: string, value: string): JaegerTag => ({ key, type: 'string', value });
const parentOf = (id: string): string | undefined => (/^0*$/.test(id) ? undefined : id);

const ofSpan = (span: TraceSpan): Drawn => ({
  ...span,
  parentSpanId: parentOf(span.parentSpanId),
  platform: '',
  tags: [
    text('span.kind', span.kind.toLowerCase()),
    text('otel.status_code', span.statusCode.toUpperCase()),
    ...(span.statusCode === 'Error' ? [{ key: 'error', type: 'bool', value: true } as const] : []),
    ...Object.entries(span.attributes).map(([key, value]) => text(key, value)),
  ],
});

const ofRequest = (request: TraceRequest): Drawn => ({
  ...request,
  parentSpanId: parentOf(request.parentSpanId),
  name: `${request.method} ${request.route}`,
  tags: [
    text('span.kind', 'server'),
    text('http.request.method', request.method),
    text('http.route', request.route),
    text('mapscope.source', 'probe'),
    text('mapscope.request.end', request.end),
    text('mapscope.goroutine', String(request.goid)),
  ],
});

/** Waits have no span ids of their own: of a wait it is always the same one. */
function ofWait(wait: TraceWait, index: number, record: TraceRecord): Drawn {
  const laid = layWait(wait, record);
  const parent = laid?.spanId;
  const service =
    record.spans.find(({ spanId }) => spanId === parent)?.service ??
    record.requests.find(({ spanId }) => spanId === parent)?.service ??
    record.requests[0]?.service ??
    record.spans[0]?.service ??
    '';
  const platform = record.requests.find((request) => request.spanId === parent)?.platform ?? '';
  return {
    spanId: waitId(wait, index),
    parentSpanId: parent,
    name: `wait for ${wait.lockKind} at ${site(wait.waiter)}`,
    startUnixNanos: wait.startUnixNanos,
    durationNanos: wait.waitNanos,
    service,
    platform,
    tags: [
      text('span.kind', 'internal'),
      text('mapscope.source', 'probe'),
      text('mapscope.lock.kind', wait.lockKind),
      text('mapscope.lock.address', wait.lockAddress),
      text('mapscope.wait.binding', wait.binding),
      text('code.function.name', wait.waiter.function),
      text('code.file.path', wait.waiter.file),
      { key: 'code.line.number', type: 'int64', value: wait.waiter.line },
      text('mapscope.holder', `${wait.holder.function} (${site(wait.holder)})`),
      ...(wait.holderTraceId === null ? [] : [text('mapscope.holder.trace_id', wait.holderTraceId)]),
    ],
  };
}

const site = ({ file, line }: { readonly file: string; readonly line: number }): string =>
  `${file.split('/').at(-1) ?? ''}:${line}`;

const waitId = ({ startUnixNanos, waiterGoid, lockAddress }: TraceWait, index: number): string =>
  createHash('sha256').update(`${startUnixNanos}/${waiterGoid}/${lockAddress}/${index}`).digest('hex').slice(0, 16);
