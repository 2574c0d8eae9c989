/** SDK spans by their few telling fields; the rest is empty. */
import { type ColumnData, encodeNativeBlock, TABLES } from '@mapscope/events';
import { AGENT } from './planted.ts';

export interface PlantedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly startUnixNanos: bigint;
  readonly durationNanos: number;
  readonly service?: string;
  readonly name?: string;
  readonly kind?: string;
  readonly route?: string;
  readonly platform?: string;
  readonly attributes?: readonly (readonly [key: string, value: string])[];
}

const serviceOf = (span: PlantedSpan): string => span.service ?? 'order';

export function spansBlock(spans: readonly PlantedSpan[]): Uint8Array {
  return encodeNativeBlock(TABLES.otel_traces, spans.length, { ...scalars(spans), ...nested(spans) });
}

function scalars(spans: readonly PlantedSpan[]): Record<string, ColumnData> {
  const strings = (of: (span: PlantedSpan) => string): ColumnData => ({ storage: 'strings', values: spans.map(of) });
  const words = (of: (span: PlantedSpan) => string): ColumnData => ({
    storage: 'dictionary',
    keys: spans.map(of),
    indexes: Uint32Array.from(spans.keys()),
  });
  const numbers = (of: (span: PlantedSpan) => bigint): ColumnData => ({
    storage: 'u64',
    values: BigUint64Array.from(spans, of),
  });
  return {
    Timestamp: { storage: 'i64', values: BigInt64Array.from(spans, (span) => span.startUnixNanos) },
    TraceId: strings((span) => span.traceId),
    SpanId: strings((span) => span.spanId),
    ParentSpanId: strings((span) => span.parentSpanId ?? ''),
    TraceState: strings(() => ''),
    SpanName: words((span) => span.name ?? 'POST'),
    SpanKind: words((span) => span.kind ?? 'Server'),
    ServiceName: words(serviceOf),
    ScopeName: strings(() => 'test'),
    ScopeVersion: strings(() => ''),
    Duration: numbers((span) => BigInt(span.durationNanos)),
    StatusCode: words(() => 'Unset'),
    StatusMessage: strings(() => ''),
    platform: words((span) => span.platform ?? ''),
    agent: words(() => AGENT),
    batch_seq: numbers(() => 1n),
  };
}

function nested(spans: readonly PlantedSpan[]): Record<string, ColumnData> {
  const maps = (of: (span: PlantedSpan) => readonly (readonly [string, string])[]): ColumnData => ({
    storage: 'maps',
    values: spans.map((span) => ({ keys: of(span).map(([key]) => key), values: of(span).map(([, value]) => value) })),
  });
  return {
    ResourceAttributes: maps((span) => [['service.name', serviceOf(span)]]),
    SpanAttributes: maps((span) => [
      ...(span.route === undefined ? [] : [['http.route', span.route] as const]),
      ...(span.attributes ?? []),
    ]),
    'Events.Timestamp': { storage: 'i64Arrays', values: spans.map((span) => [span.startUnixNanos + 1n]) },
    'Events.Name': { storage: 'stringArrays', values: spans.map(() => ['e']) },
    'Events.Attributes': { storage: 'mapArrays', values: spans.map(() => [{ keys: ['k'], values: ['v'] }]) },
    'Links.TraceId': { storage: 'stringArrays', values: spans.map(() => []) },
    'Links.SpanId': { storage: 'stringArrays', values: spans.map(() => []) },
    'Links.TraceState': { storage: 'stringArrays', values: spans.map(() => []) },
    'Links.Attributes': { storage: 'mapArrays', values: spans.map(() => []) },
  };
}
