/** For tests: log records made by the official SDK, sent by an official exporter, and the rows they must become. */
import { type AnyValue, context, SeverityNumber, trace, TraceFlags } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchLogRecordProcessor,
  LoggerProvider,
  type LogRecordExporter,
  type ReadableLogRecord,
} from '@opentelemetry/sdk-logs';
import { nanos } from './official-spans.ts';

/** What a record's body may be, and how it is stored. */
const BODIES: readonly (readonly [body: AnyValue, text: string])[] = [
  ['text "with" quotes\nand lines', 'text "with" quotes\nand lines'],
  [42, '42'],
  [-0.5, '-0.5'],
  [true, 'true'],
  [new Uint8Array([0, 1, 255]), 'AAH/'],
  [['a', 1, null], '["a",1,null]'],
  [{ z: 1, a: { list: [true] } }, '{"a":{"list":[true]},"z":1}'],
  ['', ''],
];

/** Exported by `exporter`, as the SDK gave it to it. */
export async function exportLogs(exporter: LogRecordExporter, service: string): Promise<ReadableLogRecord[]> {
  const held: ReadableLogRecord[] = [];
  const forward = exporter.export.bind(exporter);
  exporter.export = (records, done) => {
    held.push(...records);
    forward(records, done);
  };
  const provider = new LoggerProvider({
    resource: resourceFromAttributes({ 'service.name': service, 'host.arch': 'arm64' }),
    processors: [new BatchLogRecordProcessor({ exporter, maxExportBatchSize: 5 })],
  });
  const logger = provider.getLogger('shop', '1.2.3', { schemaUrl: 'https://example.org/scope' });
  for (const [i, [body]] of BODIES.entries()) {
    const span = { traceId: `${i + 1}`.repeat(32), spanId: `${i + 1}`.repeat(16), traceFlags: TraceFlags.SAMPLED };
    logger.emit({
      body,
      severityNumber: SeverityNumber.WARN2,
      severityText: 'warning',
      timestamp: [Math.floor(Date.now() / 1000), 123_456_000 + i],
      attributes: { i, 'list.text': ['a', 'b'] },
      ...(i % 2 === 0 && { eventName: `event-${i}` }),
      context: i === 0 ? context.active() : trace.setSpanContext(context.active(), span),
    });
  }
  await provider.forceFlush();
  await provider.shutdown();
  return held;
}

export const logQuery = (service: string): string =>
  `SELECT toString(toUnixTimestamp64Nano(Timestamp)) AS time, toString(toUnixTimestamp64Nano(observed_ts)) AS observed,
  toUnixTimestamp(TimestampTime) AS seconds, TraceId, SpanId, TraceFlags, SeverityText, SeverityNumber, ServiceName, Body,
  ResourceSchemaUrl, ResourceAttributes, ScopeSchemaUrl, ScopeName, ScopeVersion, ScopeAttributes, LogAttributes, EventName,
  platform FROM otel_logs WHERE ServiceName = '${service}' ORDER BY toUInt32(LogAttributes['i'])`;

export const logRows = (held: readonly ReadableLogRecord[], service: string): readonly object[] =>
  held.map((record, i) => ({
    time: nanos(record.hrTime),
    observed: nanos(record.hrTimeObserved),
    seconds: record.hrTime[0],
    TraceId: record.spanContext?.traceId ?? '',
    SpanId: record.spanContext?.spanId ?? '',
    TraceFlags: record.spanContext?.traceFlags ?? 0,
    SeverityText: 'warning',
    SeverityNumber: 14,
    ServiceName: service,
    Body: BODIES[i]?.[1],
    ResourceSchemaUrl: '',
    ResourceAttributes: { 'service.name': service, 'host.arch': 'arm64' },
    ScopeSchemaUrl: 'https://example.org/scope',
    ScopeName: 'shop',
    ScopeVersion: '1.2.3',
    ScopeAttributes: {},
    LogAttributes: { i: String(i), 'list.text': '["a","b"]' },
    EventName: i % 2 === 0 ? `event-${i}` : '',
    platform: 'arch=arm64',
  }));
