/** Spans → columns of otel_traces. Pure. */
import type { ColumnData, Columns } from '@mapscope/events';
import { columnsOver, platforms, storedId, storedTime } from './column-data.ts';
import { attributeOf, type Origin, originChars } from './origin.ts';
import type { RowBatches } from './row-batches.ts';
import { charsOf, spanFault } from './span-fault.ts';
import type { Span, SpanSink } from './span.ts';

/** As the collector's exporter writes them: pdata's SpanKind.String() and StatusCode.String(). */
const KINDS = ['Unspecified', 'Internal', 'Server', 'Client', 'Producer', 'Consumer'] as const;
const STATUSES = ['Unset', 'Ok', 'Error'] as const;

interface Row {
  readonly origin: Origin;
  readonly span: Span;
}

export function spanSink(batches: RowBatches, nowUnixNanos: bigint): SpanSink {
  const add = batches.lane<Row>(columnsOf);
  // Spans come origin by origin.
  let current: { readonly origin: Origin; readonly chars: number } | undefined;
  return {
    add: (origin, span) => {
      if (current?.origin !== origin) current = { origin, chars: originChars(origin) };
      const chars = charsOf(current.chars, span);
      const fault = spanFault(span, chars, nowUnixNanos);
      if (fault === undefined) add({ origin, span }, chars);
      else batches.refuse(fault);
    },
  };
}

const columnsOf = (rows: readonly Row[]): Columns => ({
  kind: 'otel_traces',
  rows: rows.length,
  columns: { ...spanColumnsOf(rows), ...nestedColumnsOf(rows) },
});

function spanColumnsOf(rows: readonly Row[]): Readonly<Record<string, ColumnData>> {
  const { texts, words, maps, times, u64 } = columnsOver(rows);
  return {
    Timestamp: times(({ span }) => span.startUnixNanos),
    TraceId: texts(({ span }) => span.traceId),
    SpanId: texts(({ span }) => span.spanId),
    ParentSpanId: texts(({ span }) => storedId(span.parentSpanId)),
    TraceState: texts(({ span }) => span.traceState),
    SpanName: words(({ span }) => span.name),
    SpanKind: words(({ span }) => KINDS[span.kind] ?? KINDS[0]),
    ServiceName: words(({ origin }) => attributeOf(origin.resource, 'service.name')),
    ResourceAttributes: maps(({ origin }) => origin.resource),
    ScopeName: texts(({ origin }) => origin.scope.name),
    ScopeVersion: texts(({ origin }) => origin.scope.version),
    SpanAttributes: maps(({ span }) => span.attributes),
    Duration: u64(({ span }) => durationOf(span)),
    StatusCode: words(({ span }) => STATUSES[span.statusCode] ?? STATUSES[0]),
    StatusMessage: texts(({ span }) => span.statusMessage),
    platform: words(platforms()),
  };
}

function nestedColumnsOf(rows: readonly Row[]): Readonly<Record<string, ColumnData>> {
  const { textLists, i64Lists, mapLists } = columnsOver(rows);
  return {
    'Events.Timestamp': i64Lists(({ span }) => span.events.map(({ unixNanos }) => storedTime(unixNanos))),
    'Events.Name': textLists(({ span }) => span.events.map(({ name }) => name)),
    'Events.Attributes': mapLists(({ span }) => span.events.map(({ attributes }) => attributes)),
    'Links.TraceId': textLists(({ span }) => span.links.map(({ traceId }) => traceId)),
    'Links.SpanId': textLists(({ span }) => span.links.map(({ spanId }) => spanId)),
    'Links.TraceState': textLists(({ span }) => span.links.map(({ traceState }) => traceState)),
    'Links.Attributes': mapLists(({ span }) => span.links.map(({ attributes }) => attributes)),
  };
}

/** A clock set back between start and end: the span is kept, with no duration rather than one of 584 years. */
const durationOf = ({ startUnixNanos, endUnixNanos }: Span): bigint =>
  endUnixNanos > startUnixNanos ? endUnixNanos - startUnixNanos : 0n;
