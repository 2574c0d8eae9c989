/**
 * OpenTelemetry spans, in the table of the OpenTelemetry collector's ClickHouse exporter: its columns first, with its
 * names, types and order, so that Grafana's ClickHouse data source and HyperDX read them; ours after them, with defaults,
 * so that the exporter itself may write here too. Beside it the exporter's way from a trace id to its time.
 * Source: opentelemetry-collector-contrib, exporter/clickhouseexporter/internal/sqltemplates/traces_table.sql and
 * traces_id_ts_lookup_*.sql, as of 2026-11.
 */
import { expireAfter, type Migration, RAW_DAYS } from './migration.ts';

const NAME = 'LowCardinality(String)';
const ATTRIBUTES = 'Map(LowCardinality(String), String)';

export const otelTraces: Migration = {
  name: '0004-otel-traces',
  statements: (database) => [tracesTable(database), lookupTable(database), lookupView(database)],
};

const tracesTable = (database: string): string => `CREATE TABLE IF NOT EXISTS ${database}.otel_traces (
  Timestamp DateTime64(9) CODEC(Delta(8), ZSTD(1)),
  TraceId String CODEC(ZSTD(1)),
  SpanId String CODEC(ZSTD(1)),
  ParentSpanId String CODEC(ZSTD(1)),
  TraceState String CODEC(ZSTD(1)),
  SpanName ${NAME} CODEC(ZSTD(1)),
  SpanKind ${NAME} CODEC(ZSTD(1)),
  ServiceName ${NAME} CODEC(ZSTD(1)),
  ResourceAttributes ${ATTRIBUTES} CODEC(ZSTD(1)),
  ScopeName String CODEC(ZSTD(1)),
  ScopeVersion String CODEC(ZSTD(1)),
  SpanAttributes ${ATTRIBUTES} CODEC(ZSTD(1)),
  Duration UInt64 CODEC(T64, ZSTD(1)),
  StatusCode ${NAME} CODEC(ZSTD(1)),
  StatusMessage String CODEC(ZSTD(1)),
  Events Nested (Timestamp DateTime64(9), Name ${NAME}, Attributes ${ATTRIBUTES}) CODEC(ZSTD(1)),
  Links Nested (TraceId String, SpanId String, TraceState String, Attributes ${ATTRIBUTES}) CODEC(ZSTD(1)),
  platform ${NAME} DEFAULT '' CODEC(ZSTD(1)),
  agent ${NAME} DEFAULT '' CODEC(ZSTD(1)),
  batch_seq UInt64 DEFAULT 0 CODEC(T64, ZSTD(1)),
  INDEX idx_trace_id TraceId TYPE bloom_filter(0.001) GRANULARITY 1,
  INDEX idx_span_attr_key mapKeys(SpanAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX idx_span_attr_value mapValues(SpanAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX idx_duration Duration TYPE minmax GRANULARITY 1
) ENGINE = MergeTree
PARTITION BY toDate(Timestamp)
PRIMARY KEY (ServiceName, SpanName, toDateTime(Timestamp))
ORDER BY (ServiceName, SpanName, toDateTime(Timestamp), Timestamp)
${expireAfter(RAW_DAYS, 'Timestamp')}`;

/** Whole seconds: a trace may have begun up to a second before End. */
const lookupTable = (database: string): string => `CREATE TABLE IF NOT EXISTS ${database}.otel_traces_trace_id_ts (
  TraceId String CODEC(ZSTD(1)),
  Start SimpleAggregateFunction(min, DateTime) CODEC(ZSTD(1)),
  End SimpleAggregateFunction(max, DateTime) CODEC(ZSTD(1))
) ENGINE = AggregatingMergeTree
PARTITION BY toStartOfWeek(Start)
ORDER BY (TraceId)
${expireAfter(RAW_DAYS, 'Start')}`;

const lookupView = (
  database: string,
): string => `CREATE MATERIALIZED VIEW IF NOT EXISTS ${database}.otel_traces_trace_id_ts_mv TO ${database}.otel_traces_trace_id_ts AS
SELECT TraceId, min(Timestamp) AS Start, max(Timestamp) AS End
FROM ${database}.otel_traces
WHERE TraceId != ''
GROUP BY TraceId`;
