/**
 * Columns of the OpenTelemetry collector's ClickHouse exporter, typed in here from its templates (at e3bd2d1), so that a change
 * of ours that its readers would notice fails.
 */
import { beforeAll, expect, test } from 'vitest';
import { openTestStore } from './testdata/test-store.ts';

const MAP = 'Map(LowCardinality(String), String)';
const NAME = 'LowCardinality(String)';
const TIME = 'DateTime64(9)';

const ORIGIN = [
  `ResourceAttributes ${MAP}`,
  'ResourceSchemaUrl String',
  'ScopeName String',
  'ScopeVersion String',
  `ScopeAttributes ${MAP}`,
  'ScopeDroppedAttrCount UInt32',
  'ScopeSchemaUrl String',
  `ServiceName ${NAME}`,
  'MetricName String',
  'MetricDescription String',
  'MetricUnit String',
  `Attributes ${MAP}`,
  `StartTimeUnix ${TIME}`,
  `TimeUnix ${TIME}`,
];
const EXEMPLARS = [
  `Exemplars.FilteredAttributes Array(${MAP})`,
  `Exemplars.TimeUnix Array(${TIME})`,
  'Exemplars.Value Array(Float64)',
  'Exemplars.SpanId Array(String)',
  'Exemplars.TraceId Array(String)',
];
const COUNT = ['Count UInt64', 'Sum Float64'];
const EXTREMES = ['Min Float64', 'Max Float64', 'AggregationTemporality Int32'];

const EXPORTER: readonly (readonly [table: string, columns: readonly string[]])[] = [
  [
    'otel_logs',
    [
      `Timestamp ${TIME}`,
      'TimestampTime DateTime',
      'TraceId String',
      'SpanId String',
      'TraceFlags UInt8',
      `SeverityText ${NAME}`,
      'SeverityNumber UInt8',
      `ServiceName ${NAME}`,
      'Body String',
      `ResourceSchemaUrl ${NAME}`,
      `ResourceAttributes ${MAP}`,
      `ScopeSchemaUrl ${NAME}`,
      'ScopeName String',
      `ScopeVersion ${NAME}`,
      `ScopeAttributes ${MAP}`,
      `LogAttributes ${MAP}`,
      'EventName String',
    ],
  ],
  ['otel_metrics_gauge', [...ORIGIN, 'Value Float64', 'Flags UInt32', ...EXEMPLARS]],
  [
    'otel_metrics_sum',
    [...ORIGIN, 'Value Float64', 'Flags UInt32', ...EXEMPLARS, 'AggregationTemporality Int32', 'IsMonotonic Bool'],
  ],
  [
    'otel_metrics_histogram',
    [
      ...ORIGIN,
      ...COUNT,
      'BucketCounts Array(UInt64)',
      'ExplicitBounds Array(Float64)',
      ...EXEMPLARS,
      'Flags UInt32',
      ...EXTREMES,
    ],
  ],
  [
    'otel_metrics_exponential_histogram',
    [
      ...ORIGIN,
      ...COUNT,
      'Scale Int32',
      'ZeroCount UInt64',
      'PositiveOffset Int32',
      'PositiveBucketCounts Array(UInt64)',
      'NegativeOffset Int32',
      'NegativeBucketCounts Array(UInt64)',
      ...EXEMPLARS,
      'Flags UInt32',
      ...EXTREMES,
    ],
  ],
  [
    'otel_metrics_summary',
    [
      ...ORIGIN,
      ...COUNT,
      'ValueAtQuantiles.Quantile Array(Float64)',
      'ValueAtQuantiles.Value Array(Float64)',
      'Flags UInt32',
    ],
  ],
];

const world = await openTestStore();
beforeAll(async () => {
  await world.store.migrate();
});

test.each(EXPORTER)('%s begins with the columns of the exporter, and ours have defaults', async (table, theirs) => {
  const found = await world.clickhouse.rows<{ name: string; type: string; kind: string }>({
    name: 'test',
    sql: `SELECT name, type, default_kind AS kind FROM system.columns WHERE database = currentDatabase() AND table = '${table}' ORDER BY position`,
  });
  expect(found.slice(0, theirs.length).map(({ name, type }) => `${name} ${type}`)).toEqual(theirs);
  for (const { name, kind } of found.slice(theirs.length)) {
    expect(name).toBe(name.toLowerCase());
    expect(kind).toBe('DEFAULT');
  }
});
