/**
 * OpenTelemetry log records and metric points, in the tables of the OpenTelemetry collector's ClickHouse exporter: its columns
 * first, with its names, types and order, so that what reads those reads these; ours after them, in lower case and with
 * defaults, so that the exporter itself may write here too. Beside its indexes one by time, for those who ask by time alone.
 * Source: opentelemetry-collector-contrib, exporter/clickhouseexporter/internal/sqltemplates/logs_table.sql and
 * metrics_{gauge,sum,histogram,exp_histogram,summary}_table.sql at e3bd2d1 (logs: with EventName).
 */
import { expireAfter, type Migration, RAW_DAYS } from './migration.ts';

const NAME = 'LowCardinality(String)';
const ATTRIBUTES = 'Map(LowCardinality(String), String)';
const Z = 'CODEC(ZSTD(1))';
const TIME = 'DateTime64(9) CODEC(Delta, ZSTD(1))';

export const otelMetricsLogs: Migration = {
  name: '0014-otel-metrics-logs',
  statements: (database) => [
    logsTable(database),
    pointsTable(database, 'gauge', [VALUE, FLAGS, EXEMPLARS], NUMBER),
    pointsTable(database, 'sum', [VALUE, FLAGS, EXEMPLARS, TEMPORALITY, MONOTONIC], NUMBER),
    pointsTable(database, 'histogram', [COUNT, BUCKETS, EXEMPLARS, FLAGS, EXTREMES, TEMPORALITY], [GIVEN]),
    pointsTable(
      database,
      'exponential_histogram',
      [COUNT, SCALED_BUCKETS, EXEMPLARS, FLAGS, EXTREMES, TEMPORALITY],
      [GIVEN, `zero_threshold Float64 DEFAULT 0 ${Z}`],
    ),
    pointsTable(database, 'summary', [COUNT, QUANTILES, FLAGS], []),
  ],
};

const OURS = [
  `platform ${NAME} DEFAULT '' ${Z}`,
  `agent ${NAME} DEFAULT '' ${Z}`,
  'batch_seq UInt64 DEFAULT 0 CODEC(T64, ZSTD(1))',
];

/** Bloom filters over keys and values of a map, called as the exporter calls them. */
const mapIndexes = (short: string, column: string): readonly string[] => [
  `INDEX idx_${short}_attr_key mapKeys(${column}) TYPE bloom_filter(0.01) GRANULARITY 1`,
  `INDEX idx_${short}_attr_value mapValues(${column}) TYPE bloom_filter(0.01) GRANULARITY 1`,
];

const listed = (lines: readonly string[]): string => lines.join(',\n  ');

const logsTable = (database: string): string => `CREATE TABLE IF NOT EXISTS ${database}.otel_logs (
  Timestamp DateTime64(9) CODEC(Delta(8), ZSTD(1)),
  TimestampTime DateTime DEFAULT toDateTime(Timestamp),
  TraceId String ${Z},
  SpanId String ${Z},
  TraceFlags UInt8,
  SeverityText ${NAME} ${Z},
  SeverityNumber UInt8,
  ServiceName ${NAME} ${Z},
  Body String ${Z},
  ResourceSchemaUrl ${NAME} ${Z},
  ResourceAttributes ${ATTRIBUTES} ${Z},
  ScopeSchemaUrl ${NAME} ${Z},
  ScopeName String ${Z},
  ScopeVersion ${NAME} ${Z},
  ScopeAttributes ${ATTRIBUTES} ${Z},
  LogAttributes ${ATTRIBUTES} ${Z},
  EventName String ${Z},
  observed_ts DateTime64(9) DEFAULT Timestamp CODEC(Delta(8), ZSTD(1)),
  ${listed([
    ...OURS,
    'INDEX idx_trace_id TraceId TYPE bloom_filter(0.001) GRANULARITY 1',
    ...mapIndexes('res', 'ResourceAttributes'),
    ...mapIndexes('scope', 'ScopeAttributes'),
    ...mapIndexes('log', 'LogAttributes'),
    'INDEX idx_body Body TYPE tokenbf_v1(32768, 3, 0) GRANULARITY 8',
    'INDEX idx_time Timestamp TYPE minmax GRANULARITY 1',
  ])}
) ENGINE = MergeTree
PARTITION BY toDate(TimestampTime)
PRIMARY KEY (ServiceName, TimestampTime)
ORDER BY (ServiceName, TimestampTime, Timestamp)
${expireAfter(RAW_DAYS, 'TimestampTime')}`;

const FLAGS = `Flags UInt32 ${Z}`;
const VALUE = `Value Float64 ${Z}`;
const COUNT = `Count UInt64 CODEC(Delta, ZSTD(1)),
  Sum Float64 ${Z}`;
const BUCKETS = `BucketCounts Array(UInt64) ${Z},
  ExplicitBounds Array(Float64) ${Z}`;
const SCALED_BUCKETS = `Scale Int32 ${Z},
  ZeroCount UInt64 ${Z},
  PositiveOffset Int32 ${Z},
  PositiveBucketCounts Array(UInt64) ${Z},
  NegativeOffset Int32 ${Z},
  NegativeBucketCounts Array(UInt64) ${Z}`;
const EXTREMES = `Min Float64 ${Z},
  Max Float64 ${Z}`;
const QUANTILES = `ValueAtQuantiles Nested (Quantile Float64, Value Float64) ${Z}`;
const EXEMPLARS = `Exemplars Nested (
    FilteredAttributes ${ATTRIBUTES}, TimeUnix DateTime64(9), Value Float64, SpanId String, TraceId String
  ) ${Z}`;
const TEMPORALITY = `AggregationTemporality Int32 ${Z}`;
const MONOTONIC = 'IsMonotonic Boolean CODEC(Delta, ZSTD(1))';
/** An integer as it was sent: Value holds those up to 2^53 exactly. */
const NUMBER = [`value_int Int64 DEFAULT 0 ${Z}`, `value_kind UInt8 DEFAULT 0 ${Z}`];
const GIVEN = `given UInt8 DEFAULT 0 ${Z}`;

function pointsTable(database: string, kind: string, theirs: readonly string[], ours: readonly string[]): string {
  return `CREATE TABLE IF NOT EXISTS ${database}.otel_metrics_${kind} (
  ResourceAttributes ${ATTRIBUTES} ${Z},
  ResourceSchemaUrl String ${Z},
  ScopeName String ${Z},
  ScopeVersion String ${Z},
  ScopeAttributes ${ATTRIBUTES} ${Z},
  ScopeDroppedAttrCount UInt32 ${Z},
  ScopeSchemaUrl String ${Z},
  ServiceName ${NAME} ${Z},
  MetricName String ${Z},
  MetricDescription String ${Z},
  MetricUnit String ${Z},
  Attributes ${ATTRIBUTES} ${Z},
  StartTimeUnix ${TIME},
  TimeUnix ${TIME},
  ${listed([
    ...theirs,
    ...ours,
    ...OURS,
    ...mapIndexes('res', 'ResourceAttributes'),
    ...mapIndexes('scope', 'ScopeAttributes'),
    'INDEX idx_attr_key mapKeys(Attributes) TYPE bloom_filter(0.01) GRANULARITY 1',
    'INDEX idx_attr_value mapValues(Attributes) TYPE bloom_filter(0.01) GRANULARITY 1',
    'INDEX idx_time TimeUnix TYPE minmax GRANULARITY 1',
  ])}
) ENGINE = MergeTree
PARTITION BY toDate(TimeUnix)
ORDER BY (ServiceName, MetricName, Attributes, toUnixTimestamp64Nano(TimeUnix))
${expireAfter(RAW_DAYS, 'TimeUnix')}`;
}
