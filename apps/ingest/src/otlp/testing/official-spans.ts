/** For tests: spans made by the official SDK, sent by the official exporters, and the rows they must become. */
import { type Attributes, context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, type ReadableSpan, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';

const ATTRIBUTES: Attributes = {
  'http.route': '/order',
  'text.empty': '',
  'number.int': 200,
  'number.negative': -7,
  'number.double': 0.25,
  'flag.on': true,
  'list.text': ['a', 'b"'],
  'list.int': [1, 2],
};
const STORED = {
  'http.route': '/order',
  'text.empty': '',
  'number.int': '200',
  'number.negative': '-7',
  'number.double': '0.25',
  'flag.on': 'true',
  'list.text': '["a","b\\""]',
  'list.int': '[1,2]',
};

/** What an SDK was told, exported by the official exporter; the spans as the SDK holds them. */
export async function exportSpans(exporter: SpanExporter, service: string, count: number): Promise<ReadableSpan[]> {
  const held: ReadableSpan[] = [];
  const processor = new BatchSpanProcessor({ exporter, maxExportBatchSize: 64 });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': service, 'host.arch': 'arm64', 'process.pid': 77 }),
    spanProcessors: [
      processor,
      {
        onStart: () => undefined,
        onEnd: (span) => void held.push(span),
        forceFlush: async () => undefined,
        shutdown: async () => undefined,
      },
    ],
  });
  const tracer = provider.getTracer('shop', '1.2.3');
  for (let i = 0; i < count; i++) {
    const parent = tracer.startSpan(`POST /order ${i}`, { kind: SpanKind.SERVER, attributes: ATTRIBUTES });
    const links = [{ context: parent.spanContext(), attributes: { why: 'retry' } }];
    const child = tracer.startSpan('query', { kind: SpanKind.CLIENT, links }, trace.setSpan(context.active(), parent));
    child.addEvent('lock', { 'wait.ms': 12 });
    child.addEvent('unlock');
    child.setStatus({ code: SpanStatusCode.ERROR, message: 'too slow' });
    child.end();
    parent.setStatus({ code: SpanStatusCode.OK });
    parent.end();
  }
  await provider.forceFlush();
  await provider.shutdown();
  return held;
}

const KINDS = ['Internal', 'Server', 'Client', 'Producer', 'Consumer'];
const STATUSES = ['Unset', 'Ok', 'Error'];
export const nanos = ([seconds, rest]: readonly [number, number]): string =>
  String(BigInt(seconds) * 1_000_000_000n + BigInt(rest));

/** The row a span must have become. */
export const rowOf = (span: ReadableSpan, service: string) => ({
  start: nanos(span.startTime),
  TraceId: span.spanContext().traceId,
  SpanId: span.spanContext().spanId,
  ParentSpanId: span.parentSpanContext?.spanId ?? '',
  SpanName: span.name,
  SpanKind: KINDS[span.kind],
  ServiceName: service,
  ResourceAttributes: { 'service.name': service, 'host.arch': 'arm64', 'process.pid': '77' },
  ScopeName: 'shop',
  ScopeVersion: '1.2.3',
  SpanAttributes: span.kind === SpanKind.SERVER ? STORED : {},
  duration: String(BigInt(nanos(span.endTime)) - BigInt(nanos(span.startTime))),
  StatusCode: STATUSES[span.status.code],
  StatusMessage: span.status.message ?? '',
  eventTimes: span.events.map(({ time }) => nanos(time)),
  eventNames: span.events.map(({ name }) => name),
  eventAttributes: span.events.map(({ attributes }) => ('wait.ms' in (attributes ?? {}) ? { 'wait.ms': '12' } : {})),
  linkTraces: span.links.map(({ context: linked }) => linked.traceId),
  linkSpans: span.links.map(({ context: linked }) => linked.spanId),
  linkAttributes: span.links.map(() => ({ why: 'retry' })),
  platform: 'arch=arm64',
});

export const SELECT = `SELECT toString(toUnixTimestamp64Nano(Timestamp)) AS start, TraceId, SpanId, ParentSpanId, SpanName, SpanKind, ServiceName,
  ResourceAttributes, ScopeName, ScopeVersion, SpanAttributes, toString(Duration) AS duration, StatusCode, StatusMessage,
  arrayMap(t -> toString(toUnixTimestamp64Nano(t)), Events.Timestamp) AS eventTimes, Events.Name AS eventNames,
  Events.Attributes AS eventAttributes, Links.TraceId AS linkTraces, Links.SpanId AS linkSpans,
  Links.Attributes AS linkAttributes, platform FROM otel_traces`;

export const byId = (a: { SpanId?: unknown }, b: { SpanId?: unknown }): number =>
  String(a.SpanId).localeCompare(String(b.SpanId));
