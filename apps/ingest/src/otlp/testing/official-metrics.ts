/** For tests: metrics made by the official SDK, sent by an official exporter, and the rows they must become. */
import { type HrTime, ValueType } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationType,
  DataPointType,
  MeterProvider,
  type MetricData,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { nanos } from './official-spans.ts';

/** Exported by `exporter` twice (at the flush and at the end), as the SDK gave it to it. */
export async function exportMetrics(exporter: PushMetricExporter, service: string): Promise<ResourceMetrics[]> {
  const held: ResourceMetrics[] = [];
  const forward = exporter.export.bind(exporter);
  exporter.export = (metrics, done) => {
    held.push(metrics);
    forward(metrics, done);
  };
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 600_000 });
  const views = [{ instrumentName: 'scaled', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM as const } }];
  const resource = resourceFromAttributes({ 'service.name': service, 'host.arch': 'arm64' });
  const provider = new MeterProvider({ resource, readers: [reader], views });
  const meter = provider.getMeter('shop', '1.2.3', { schemaUrl: 'https://example.org/scope' });
  const ints = meter.createCounter('orders', { unit: '{order}', description: 'taken', valueType: ValueType.INT });
  const doubles = meter.createUpDownCounter('balance', { unit: 'EUR' });
  const level = meter.createObservableGauge('level', { unit: 'By' });
  level.addCallback((result) => result.observe(-0.25, { tank: 'a' }));
  const plain = meter.createHistogram('wait', { unit: 's', advice: { explicitBucketBoundaries: [0.1, 1, 10] } });
  const scaled = meter.createHistogram('scaled', { unit: 'ms' });
  for (const route of ['/order', '/list', '']) {
    ints.add(7, { route, ok: true, tries: 3 });
    doubles.add(-1.5, { route });
    for (const value of [0.05, 0.5, 5, 50]) plain.record(value, { route });
    for (const value of [0, 0.001, 3.7, 1e9]) scaled.record(value, { route });
  }
  await provider.forceFlush();
  await provider.shutdown();
  return held;
}

interface Kind {
  readonly type: DataPointType;
  readonly table: string;
  readonly columns: string;
}

const COMMON = `ResourceAttributes, ResourceSchemaUrl, ScopeName, ScopeVersion, ScopeAttributes, ScopeSchemaUrl, ServiceName,
  MetricName, MetricDescription, MetricUnit, Attributes, toString(toUnixTimestamp64Nano(StartTimeUnix)) AS start,
  toString(toUnixTimestamp64Nano(TimeUnix)) AS time, Flags, platform`;
const NUMBER = 'Value AS value, toString(value_int) AS int, value_kind AS kind';
const COUNTED =
  'toUInt32(Count) AS count, Sum AS sum, Min AS min, Max AS max, given, AggregationTemporality AS temporality';
const lists = (name: string): string => `arrayMap(n -> toUInt32(n), ${name}) AS ${name}`;

const KINDS: readonly Kind[] = [
  { type: DataPointType.GAUGE, table: 'gauge', columns: NUMBER },
  {
    type: DataPointType.SUM,
    table: 'sum',
    columns: `${NUMBER}, AggregationTemporality AS temporality, toUInt8(IsMonotonic) AS monotonic`,
  },
  {
    type: DataPointType.HISTOGRAM,
    table: 'histogram',
    columns: `${COUNTED}, ${lists('BucketCounts')}, ExplicitBounds`,
  },
  {
    type: DataPointType.EXPONENTIAL_HISTOGRAM,
    table: 'exponential_histogram',
    columns: `${COUNTED}, Scale, toUInt32(ZeroCount) AS zeros, PositiveOffset, ${lists('PositiveBucketCounts')}, NegativeOffset, ${lists('NegativeBucketCounts')}`,
  },
];

/** A query of each table, by the type of its points. */
export const METRIC_QUERIES = KINDS.map(({ type, table, columns }) => ({
  type,
  sql: (service: string) =>
    `SELECT ${COMMON}, ${columns} FROM otel_metrics_${table} WHERE ServiceName = '${service}' ORDER BY MetricName, Attributes['route'], TimeUnix`,
}));

/** The rows that metrics of one type must have become, by name, route and time. */
export function metricRows(held: readonly ResourceMetrics[], type: DataPointType, service: string): readonly object[] {
  const rows = held.flatMap(({ scopeMetrics }) =>
    scopeMetrics.flatMap(({ metrics }) =>
      metrics.filter((metric) => metric.dataPointType === type).flatMap((metric) => pointRows(metric, service)),
    ),
  );
  return rows.toSorted((a, b) => (a.sort < b.sort ? -1 : 1)).map(({ row }) => row);
}

function pointRows(metric: MetricData, service: string): readonly { readonly sort: string; readonly row: object }[] {
  const { name, description, unit } = metric.descriptor;
  return metric.dataPoints.map((point) => ({
    sort: `${name} ${String(point.attributes['route'])} ${nanos(point.endTime)}`,
    row: {
      ResourceAttributes: { 'service.name': service, 'host.arch': 'arm64' },
      ResourceSchemaUrl: '',
      ScopeName: 'shop',
      ScopeVersion: '1.2.3',
      ScopeAttributes: {},
      ScopeSchemaUrl: 'https://example.org/scope',
      ServiceName: service,
      MetricName: name,
      MetricDescription: description,
      MetricUnit: unit,
      Attributes: Object.fromEntries(Object.entries(point.attributes).map(([key, value]) => [key, String(value)])),
      start: nanos(point.startTime satisfies HrTime),
      time: nanos(point.endTime),
      Flags: 0,
      platform: 'arch=arm64',
      ...valueOf(metric, point.value),
    },
  }));
}

function valueOf(metric: MetricData, value: MetricData['dataPoints'][number]['value']): object {
  // AggregationTemporality of the SDK counts from 0, that of OTLP from 1.
  const temporality = metric.aggregationTemporality + 1;
  if (typeof value === 'number') {
    const isInt = metric.descriptor.valueType === ValueType.INT;
    const number = { value, int: isInt ? String(value) : '0', kind: isInt ? 2 : 1 };
    return metric.dataPointType === DataPointType.SUM
      ? { ...number, temporality, monotonic: Number(metric.isMonotonic) }
      : number;
  }
  const { count, sum, min, max } = value;
  const counted = { count, sum, min, max, given: 7, temporality };
  if ('buckets' in value) {
    return { ...counted, BucketCounts: value.buckets.counts, ExplicitBounds: value.buckets.boundaries };
  }
  return {
    ...counted,
    Scale: value.scale,
    zeros: value.zeroCount,
    PositiveOffset: value.positive.offset,
    PositiveBucketCounts: value.positive.bucketCounts,
    NegativeOffset: value.negative.offset,
    NegativeBucketCounts: value.negative.bucketCounts,
  };
}
