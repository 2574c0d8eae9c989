/**
 * Tables of OpenTelemetry spans, log records and metric points. Names are those of the OpenTelemetry collector's ClickHouse
 * exporter (opentelemetry-collector-contrib, exporter/clickhouseexporter/internal/sqltemplates: traces_table.sql, and
 * logs_table.sql and metrics_*_table.sql at e3bd2d1); the migrations of libs/store have its order and its tighter types, and
 * ClickHouse casts on insert. Here the time comes first, as in every batch. Ours are in lower case.
 */
import type { ColumnSpec } from './column.ts';
import { NAME, PROOF, TIME } from './common-columns.ts';

const TEXT_MAP = 'Map(String, String)';
const TIMES = "Array(DateTime64(9, 'UTC'))";
const MAPS = 'Array(Map(String, String))';

/** One row per span. */
export const OTEL_TRACES = [
  { name: 'Timestamp', type: TIME },
  /** 32 hex digits */
  { name: 'TraceId', type: 'String' },
  /** 16 hex digits */
  { name: 'SpanId', type: 'String' },
  /** 16 hex digits, or empty: no parent */
  { name: 'ParentSpanId', type: 'String' },
  { name: 'TraceState', type: 'String' },
  { name: 'SpanName', type: NAME },
  { name: 'SpanKind', type: NAME },
  { name: 'ServiceName', type: NAME },
  { name: 'ResourceAttributes', type: 'Map(String, String)' },
  { name: 'ScopeName', type: 'String' },
  { name: 'ScopeVersion', type: 'String' },
  { name: 'SpanAttributes', type: 'Map(String, String)' },
  /** nanoseconds */
  { name: 'Duration', type: 'UInt64' },
  { name: 'StatusCode', type: NAME },
  { name: 'StatusMessage', type: 'String' },
  { name: 'Events.Timestamp', type: TIMES },
  { name: 'Events.Name', type: 'Array(String)' },
  { name: 'Events.Attributes', type: MAPS },
  { name: 'Links.TraceId', type: 'Array(String)' },
  { name: 'Links.SpanId', type: 'Array(String)' },
  { name: 'Links.TraceState', type: 'Array(String)' },
  { name: 'Links.Attributes', type: MAPS },
  { name: 'platform', type: NAME },
  ...PROOF,
] as const satisfies readonly ColumnSpec[];

/** One row per log record. */
const LOGS = [
  { name: 'Timestamp', type: TIME },
  /** 32 hex digits, or empty */
  { name: 'TraceId', type: 'String' },
  /** 16 hex digits, or empty */
  { name: 'SpanId', type: 'String' },
  { name: 'TraceFlags', type: 'UInt8' },
  { name: 'SeverityText', type: NAME },
  { name: 'SeverityNumber', type: 'UInt8' },
  { name: 'ServiceName', type: NAME },
  { name: 'Body', type: 'String' },
  { name: 'ResourceSchemaUrl', type: NAME },
  { name: 'ResourceAttributes', type: TEXT_MAP },
  { name: 'ScopeSchemaUrl', type: NAME },
  { name: 'ScopeName', type: 'String' },
  { name: 'ScopeVersion', type: NAME },
  { name: 'ScopeAttributes', type: TEXT_MAP },
  { name: 'LogAttributes', type: TEXT_MAP },
  { name: 'EventName', type: 'String' },
  /** when the SDK or the receiver saw it; Timestamp is when it happened, or this where nobody said */
  { name: 'observed_ts', type: TIME },
  { name: 'platform', type: NAME },
  ...PROOF,
] as const satisfies readonly ColumnSpec[];

/** What the points of all five kinds have. */
const POINT = [
  { name: 'TimeUnix', type: TIME },
  { name: 'ResourceAttributes', type: TEXT_MAP },
  { name: 'ResourceSchemaUrl', type: 'String' },
  { name: 'ScopeName', type: 'String' },
  { name: 'ScopeVersion', type: 'String' },
  { name: 'ScopeAttributes', type: TEXT_MAP },
  { name: 'ScopeDroppedAttrCount', type: 'UInt32' },
  { name: 'ScopeSchemaUrl', type: 'String' },
  { name: 'ServiceName', type: NAME },
  { name: 'MetricName', type: 'String' },
  { name: 'MetricDescription', type: 'String' },
  { name: 'MetricUnit', type: 'String' },
  { name: 'Attributes', type: TEXT_MAP },
  /** 1970: unknown */
  { name: 'StartTimeUnix', type: TIME },
  /** bit 0: no recorded value */
  { name: 'Flags', type: 'UInt32' },
] as const satisfies readonly ColumnSpec[];

const EXEMPLARS = [
  { name: 'Exemplars.FilteredAttributes', type: MAPS },
  { name: 'Exemplars.TimeUnix', type: TIMES },
  { name: 'Exemplars.Value', type: 'Array(Float64)' },
  { name: 'Exemplars.SpanId', type: 'Array(String)' },
  { name: 'Exemplars.TraceId', type: 'Array(String)' },
] as const satisfies readonly ColumnSpec[];

/** Numbers of AggregationTemporality: 0 unspecified, 1 delta, 2 cumulative. */
const TEMPORALITY = { name: 'AggregationTemporality', type: 'Int64' } as const satisfies ColumnSpec;

const OURS = [{ name: 'platform', type: NAME }, ...PROOF] as const satisfies readonly ColumnSpec[];

/** Which field of a number was given: none, as_double, as_int. A Float64 holds integers up to 2^53 only. */
export const VALUE_KINDS = { none: 0, double: 1, int: 2 } as const;

const NUMBER = [
  { name: 'Value', type: 'Float64' },
  { name: 'value_int', type: 'Int64' },
  /** of VALUE_KINDS */
  { name: 'value_kind', type: 'UInt8' },
] as const satisfies readonly ColumnSpec[];

/** Bits of `given`: which of a histogram's optional fields was sent; 0 stands for those that were not. */
export const GIVEN = { sum: 1, min: 2, max: 4 } as const;

const COUNTED = [
  { name: 'Count', type: 'UInt64' },
  { name: 'Sum', type: 'Float64' },
  { name: 'Min', type: 'Float64' },
  { name: 'Max', type: 'Float64' },
  TEMPORALITY,
  { name: 'given', type: 'UInt8' },
] as const satisfies readonly ColumnSpec[];

const GAUGE = [...POINT, ...NUMBER, ...EXEMPLARS, ...OURS] as const satisfies readonly ColumnSpec[];

const SUM = [
  ...POINT,
  ...NUMBER,
  ...EXEMPLARS,
  TEMPORALITY,
  { name: 'IsMonotonic', type: 'UInt8' },
  ...OURS,
] as const satisfies readonly ColumnSpec[];

const HISTOGRAM = [
  ...POINT,
  ...COUNTED,
  { name: 'BucketCounts', type: 'Array(UInt64)' },
  { name: 'ExplicitBounds', type: 'Array(Float64)' },
  ...EXEMPLARS,
  ...OURS,
] as const satisfies readonly ColumnSpec[];

const EXPONENTIAL_HISTOGRAM = [
  ...POINT,
  ...COUNTED,
  { name: 'Scale', type: 'Int64' },
  { name: 'ZeroCount', type: 'UInt64' },
  { name: 'PositiveOffset', type: 'Int64' },
  { name: 'PositiveBucketCounts', type: 'Array(UInt64)' },
  { name: 'NegativeOffset', type: 'Int64' },
  { name: 'NegativeBucketCounts', type: 'Array(UInt64)' },
  ...EXEMPLARS,
  { name: 'zero_threshold', type: 'Float64' },
  ...OURS,
] as const satisfies readonly ColumnSpec[];

const SUMMARY = [
  ...POINT,
  { name: 'Count', type: 'UInt64' },
  { name: 'Sum', type: 'Float64' },
  { name: 'ValueAtQuantiles.Quantile', type: 'Array(Float64)' },
  { name: 'ValueAtQuantiles.Value', type: 'Array(Float64)' },
  ...OURS,
] as const satisfies readonly ColumnSpec[];

/** Wire number of each batch kind, and its table; tables.ts has them among the others. */
export const OTEL_KINDS = {
  otel_logs: 12,
  otel_metrics_gauge: 13,
  otel_metrics_sum: 14,
  otel_metrics_histogram: 15,
  otel_metrics_exponential_histogram: 16,
  otel_metrics_summary: 17,
} as const;

export const OTEL_TABLES = {
  otel_logs: LOGS,
  otel_metrics_gauge: GAUGE,
  otel_metrics_sum: SUM,
  otel_metrics_histogram: HISTOGRAM,
  otel_metrics_exponential_histogram: EXPONENTIAL_HISTOGRAM,
  otel_metrics_summary: SUMMARY,
} as const satisfies Record<keyof typeof OTEL_KINDS, readonly ColumnSpec[]>;
