/**
 * Tables to compare with: the same events as the OpenTelemetry collector's ClickHouse exporter would store them (a span
 * each, everything else an attribute), and as somebody would who writes CREATE TABLE without measuring. Pure.
 */
import { type BatchKind, type ColumnSpec, type ColumnType, TABLES } from '@mapscope/events';

/**
 * opentelemetry-collector-contrib, exporter/clickhouseexporter/internal/sqltemplates/traces_table.sql, as of 2026-11,
 * without what needs a value (TTL): columns, codecs, indexes and order are its own.
 */
const NAME = 'LowCardinality(String) CODEC(ZSTD(1))';
const MAP = 'Map(LowCardinality(String), String)';
export const exporterTable = (name: string): string => `CREATE TABLE ${name} (
  Timestamp DateTime64(9) CODEC(Delta, ZSTD(1)),
  TraceId String CODEC(ZSTD(1)),
  SpanId String CODEC(ZSTD(1)),
  ParentSpanId String CODEC(ZSTD(1)),
  TraceState String CODEC(ZSTD(1)),
  SpanName ${NAME},
  SpanKind ${NAME},
  ServiceName ${NAME},
  ResourceAttributes ${MAP} CODEC(ZSTD(1)),
  ScopeName String CODEC(ZSTD(1)),
  ScopeVersion String CODEC(ZSTD(1)),
  SpanAttributes ${MAP} CODEC(ZSTD(1)),
  Duration UInt64 CODEC(ZSTD(1)),
  StatusCode ${NAME},
  StatusMessage String CODEC(ZSTD(1)),
  Events Nested (Timestamp DateTime64(9), Name LowCardinality(String), Attributes ${MAP}) CODEC(ZSTD(1)),
  Links Nested (TraceId String, SpanId String, TraceState String, Attributes ${MAP}) CODEC(ZSTD(1)),
  INDEX idx_trace_id TraceId TYPE bloom_filter(0.001) GRANULARITY 1,
  INDEX idx_res_attr_key mapKeys(ResourceAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX idx_res_attr_value mapValues(ResourceAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX idx_span_attr_key mapKeys(SpanAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX idx_span_attr_value mapValues(SpanAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX idx_duration Duration TYPE minmax GRANULARITY 1
) ENGINE = MergeTree
PARTITION BY toDate(Timestamp)
ORDER BY (ServiceName, SpanName, toDateTime(Timestamp))
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1`;

/** What becomes a field of the span; everything else is an attribute. */
const FIELDS: ReadonlySet<string> = new Set([
  'ts',
  'service',
  'platform',
  'trace_id',
  'span_id',
  'duration_ns',
  'wait_ns',
]);

/** Attributes that have a value: an SDK sends no others. */
export function intoExporter(from: string, to: string, kind: BatchKind): string {
  const specs: readonly ColumnSpec[] = TABLES[kind];
  const has = (name: string): boolean => specs.some((spec) => spec.name === name);
  const attributes = specs.filter(({ name }) => !FIELDS.has(name)).map(attribute);
  const duration = ['duration_ns', 'wait_ns'].find(has) ?? '0';
  return `INSERT INTO ${to} (Timestamp, TraceId, SpanId, SpanName, SpanKind, ServiceName, ResourceAttributes, ScopeName, SpanAttributes, Duration, StatusCode)
SELECT ts, lower(hex(trace_id)), lower(hex(span_id)), '${kind}', 'Internal', service,
  map('service.name', service, 'mapscope.platform', platform), 'mapscope',
  mapFilter((key, value) -> value NOT IN ('', '0', '${'0'.repeat(32)}'), map(${attributes.join(', ')})), ${duration}, 'Unset'
FROM ${from}`;
}

const attribute = ({ name, type }: ColumnSpec): string =>
  `'mapscope.${name}', ${type.startsWith('FixedString') ? `lower(hex(${name}))` : `toString(${name})`}`;

/** Text for names and ids, nothing said of codecs, by time. */
export function naiveTable(name: string, kind: BatchKind): string {
  const columns = TABLES[kind].map((spec) => `\`${spec.name}\` ${naiveType(spec.type)}`);
  const [time] = TABLES[kind];
  return `CREATE TABLE ${name} (${columns.join(', ')}) ENGINE = MergeTree PARTITION BY toDate(\`${time.name}\`) ORDER BY \`${time.name}\``;
}

const naiveType = (type: ColumnType): string =>
  type === 'LowCardinality(String)' || type.startsWith('FixedString') ? 'String' : type;

export function intoNaive(from: string, to: string, kind: BatchKind): string {
  const columns = TABLES[kind].map(({ name, type }) =>
    type.startsWith('FixedString') ? `lower(hex(\`${name}\`))` : `\`${name}\``,
  );
  return `INSERT INTO ${to} SELECT ${columns.join(', ')} FROM ${from}`;
}
