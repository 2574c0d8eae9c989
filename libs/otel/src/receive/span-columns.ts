/**
 * Spans → columns of otel_traces, cut into batches that fit a Kafka value. Rows share their resource's lists, so what is sent
 * once is held once. Pure.
 */
import { type ColumnData, type Columns, type TextMap } from '@mapscope/events';
import { tooLarge, MAX_REQUEST_CHARS } from './limits.ts';
import { attributeChars, charsOf, spanFault } from './span-fault.ts';
import type { Attributes, Scope, Span, SpanSink } from './span.ts';

/** About this much text a batch; the batcher cuts what is larger still. */
const BATCH_CHARS = 4 * 1024 * 1024;

/** As the collector's exporter writes them: pdata's SpanKind.String() and StatusCode.String(). */
const KINDS = ['Unspecified', 'Internal', 'Server', 'Client', 'Producer', 'Consumer'] as const;
const STATUSES = ['Unset', 'Ok', 'Error'] as const;

export interface SpanTotals {
  readonly batches: readonly Columns<'otel_traces'>[];
  readonly spans: number;
  readonly rejected: number;
  /** why the first rejected one was */
  readonly firstFault: string | undefined;
}

export interface SpanColumns extends SpanSink {
  readonly finish: () => SpanTotals;
}

export function spanColumns(nowUnixNanos: bigint, batchChars = BATCH_CHARS): SpanColumns {
  const batches: Columns<'otel_traces'>[] = [];
  let rows: Row[] = [];
  let chars = { batch: 0, request: 0 };
  const count = { spans: 0, rejected: 0 };
  let firstFault: string | undefined;
  let current: { resource: Attributes; chars: number } | undefined;
  const cut = (): void => {
    if (rows.length > 0) batches.push({ kind: 'otel_traces', rows: rows.length, columns: columnsOf(rows) });
    rows = [];
    chars = { ...chars, batch: 0 };
  };
  return {
    add: (resource, scope, span) => {
      // Spans come resource by resource.
      if (current?.resource !== resource) current = { resource, chars: attributeChars(resource) };
      const size = charsOf(current.chars, span);
      const fault = spanFault(span, size, nowUnixNanos);
      if (fault !== undefined) {
        count.rejected += 1;
        firstFault ??= fault;
        return;
      }
      count.spans += 1;
      chars = { batch: chars.batch + size, request: chars.request + size };
      if (chars.request > MAX_REQUEST_CHARS)
        throw tooLarge('the spans, each with its resource, take more than 256 Mi characters');
      rows.push({ resource, scope, span });
      if (chars.batch >= batchChars) cut();
    },
    finish: () => {
      cut();
      return { batches, ...count, firstFault };
    },
  };
}

interface Row {
  readonly resource: Attributes;
  readonly scope: Scope;
  readonly span: Span;
}

function columnsOf(rows: readonly Row[]): Readonly<Record<string, ColumnData>> {
  return { ...spanColumnsOf(rows), ...nestedColumnsOf(rows) };
}

function spanColumnsOf(rows: readonly Row[]): Readonly<Record<string, ColumnData>> {
  const texts = (of: (row: Row) => string): ColumnData => ({ storage: 'strings', values: rows.map(of) });
  const maps = (of: (row: Row) => TextMap): ColumnData => ({ storage: 'maps', values: rows.map(of) });
  const words = (of: (row: Row) => string): ColumnData => dictionary(rows.map(of));
  return {
    Timestamp: { storage: 'i64', values: BigInt64Array.from(rows, ({ span }) => span.startUnixNanos) },
    TraceId: texts(({ span }) => span.traceId),
    SpanId: texts(({ span }) => span.spanId),
    ParentSpanId: texts(({ span }) => parentOf(span)),
    TraceState: texts(({ span }) => span.traceState),
    SpanName: words(({ span }) => span.name),
    SpanKind: words(({ span }) => KINDS[span.kind] ?? KINDS[0]),
    ServiceName: words(({ resource }) => valueOf(resource, 'service.name')),
    ResourceAttributes: maps(({ resource }) => resource),
    ScopeName: texts(({ scope }) => scope.name),
    ScopeVersion: texts(({ scope }) => scope.version),
    SpanAttributes: maps(({ span }) => span.attributes),
    Duration: { storage: 'u64', values: BigUint64Array.from(rows, ({ span }) => durationOf(span)) },
    StatusCode: words(({ span }) => STATUSES[span.statusCode] ?? STATUSES[0]),
    StatusMessage: texts(({ span }) => span.statusMessage),
    platform: words(({ resource }) => platformOf(resource)),
  };
}

function nestedColumnsOf(rows: readonly Row[]): Readonly<Record<string, ColumnData>> {
  const events = rows.map(({ span }) => span.events);
  const links = rows.map(({ span }) => span.links);
  return {
    'Events.Timestamp': {
      storage: 'i64Arrays',
      values: events.map((list) => list.map(({ unixNanos }) => (unixNanos > MAX_TIME ? MAX_TIME : unixNanos))),
    },
    'Events.Name': textLists(events, ({ name }) => name),
    'Events.Attributes': mapLists(events),
    'Links.TraceId': textLists(links, ({ traceId }) => traceId),
    'Links.SpanId': textLists(links, ({ spanId }) => spanId),
    'Links.TraceState': textLists(links, ({ traceState }) => traceState),
    'Links.Attributes': mapLists(links),
  };
}

const textLists = <T>(lists: readonly (readonly T[])[], of: (item: T) => string): ColumnData => ({
  storage: 'stringArrays',
  values: lists.map((list) => list.map(of)),
});

const mapLists = (lists: readonly (readonly { readonly attributes: TextMap }[])[]): ColumnData => ({
  storage: 'mapArrays',
  values: lists.map((list) => list.map(({ attributes }) => attributes)),
});

/** DateTime64(9) is 64 bits with sign: the year 2262. */
const MAX_TIME = 2n ** 63n - 1n;

/** All zero is how some SDKs say "no parent". */
const parentOf = ({ parentSpanId }: Span): string => (/^0*$/.test(parentSpanId) ? '' : parentSpanId);

/** A clock set back between start and end: the span is kept, with no duration rather than one of 584 years. */
const durationOf = ({ startUnixNanos, endUnixNanos }: Span): bigint =>
  endUnixNanos > startUnixNanos ? endUnixNanos - startUnixNanos : 0n;

const valueOf = ({ keys, values }: Attributes, key: string): string => values[keys.indexOf(key)] ?? '';

/** The one field of our platform tag that SDKs know; empty when they do not say. */
function platformOf(resource: Attributes): string {
  const arch = valueOf(resource, 'host.arch');
  return /^[a-z0-9_]{1,40}$/.test(arch) ? `arch=${arch}` : '';
}

function dictionary(values: readonly string[]): ColumnData {
  const keys = new Map<string, number>();
  const indexes = Uint32Array.from(values, (value) => {
    const index = keys.get(value) ?? keys.size;
    keys.set(value, index);
    return index;
  });
  return { storage: 'dictionary', keys: [...keys.keys()], indexes };
}
