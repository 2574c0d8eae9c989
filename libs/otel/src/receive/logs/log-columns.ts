/** Log records → columns of otel_logs. Pure. */
import type { ColumnData, Columns } from '@mapscope/events';
import { columnsOver, platforms, storedId } from '../column-data.ts';
import { idsFault, sizeFault, timeFault } from '../faults.ts';
import { attributeChars, attributeOf, type Origin, originChars } from '../origin.ts';
import type { RowBatches } from '../row-batches.ts';
import type { LogRecord, LogSink } from './log.ts';

interface Row {
  readonly origin: Origin;
  readonly record: LogRecord;
}

export function logSink(batches: RowBatches, nowUnixNanos: bigint): LogSink {
  const add = batches.lane<Row>(columnsOf);
  let current: { readonly origin: Origin; readonly chars: number } | undefined;
  return {
    add: (origin, given) => {
      if (current?.origin !== origin) current = { origin, chars: originChars(origin) };
      const record = timed(given, nowUnixNanos);
      const chars = current.chars + charsOf(record);
      const fault =
        idsFault(record.traceId, record.spanId) ??
        sizeFault('the log record', chars) ??
        timeFault('time', record.unixNanos, nowUnixNanos);
      if (fault === undefined) add({ origin, record }, chars);
      else batches.refuse(fault);
    },
  };
}

/** logs.proto: a time of 0 is unknown, then when it was observed counts; who receives it first says so where nobody did. */
function timed(record: LogRecord, nowUnixNanos: bigint): LogRecord {
  const observedUnixNanos = record.observedUnixNanos === 0n ? nowUnixNanos : record.observedUnixNanos;
  const unixNanos = record.unixNanos === 0n ? observedUnixNanos : record.unixNanos;
  return { ...record, unixNanos, observedUnixNanos };
}

const charsOf = ({ attributes, body, severityText, eventName }: LogRecord): number =>
  attributeChars(attributes) + body.length + severityText.length + eventName.length + ROW_CHARS;

/** Ids, times and lengths of a row. */
const ROW_CHARS = 200;

const columnsOf = (rows: readonly Row[]): Columns => ({
  kind: 'otel_logs',
  rows: rows.length,
  columns: logColumns(rows),
});

/** SeverityNumber has 24 values, from TRACE to FATAL4; 0 is unspecified. */
const severityOf = (number: number): number => (number >= 0 && number <= 24 ? number : 0);

function logColumns(rows: readonly Row[]): Readonly<Record<string, ColumnData>> {
  const { texts, words, maps, times, u8 } = columnsOver(rows);
  return {
    Timestamp: times(({ record }) => record.unixNanos),
    TraceId: texts(({ record }) => storedId(record.traceId)),
    SpanId: texts(({ record }) => storedId(record.spanId)),
    // The lower 8 bits are those of W3C; the others are reserved.
    TraceFlags: u8(({ record }) => record.flags & 0xff),
    SeverityText: words(({ record }) => record.severityText),
    SeverityNumber: u8(({ record }) => severityOf(record.severityNumber)),
    ServiceName: words(({ origin }) => attributeOf(origin.resource, 'service.name')),
    Body: texts(({ record }) => record.body),
    ResourceSchemaUrl: words(({ origin }) => origin.resourceSchemaUrl),
    ResourceAttributes: maps(({ origin }) => origin.resource),
    ScopeSchemaUrl: words(({ origin }) => origin.scopeSchemaUrl),
    ScopeName: texts(({ origin }) => origin.scope.name),
    ScopeVersion: words(({ origin }) => origin.scope.version),
    ScopeAttributes: maps(({ origin }) => origin.scope.attributes),
    LogAttributes: maps(({ record }) => record.attributes),
    EventName: texts(({ record }) => record.eventName),
    observed_ts: times(({ record }) => record.observedUnixNanos),
    platform: words(platforms()),
  };
}
