/** Points → columns of otel_metrics_*. Pure. */
import type { BatchKind, ColumnData, Columns } from '@mapscope/events';
import { columnsOver, platforms, storedId, storedTime } from '../column-data.ts';
import { attributeOf, type Origin, originChars } from '../origin.ts';
import type { RowBatches } from '../row-batches.ts';
import type {
  CountedPoint,
  ExponentialPoint,
  HistogramPoint,
  Metric,
  MetricKind,
  MetricSink,
  NumberPoint,
  Point,
  PointOf,
  SummaryPoint,
  WithExemplars,
} from './metric.ts';
import { pointChars, pointFault } from './point-fault.ts';

interface Row<P> {
  readonly origin: Origin;
  readonly metric: Metric;
  readonly point: P;
}

type Data = Readonly<Record<string, ColumnData>>;

export function metricSink(batches: RowBatches, nowUnixNanos: bigint): MetricSink {
  const lane = <K extends MetricKind>(kind: K, columnsOf: (rows: readonly Row<PointOf[K]>[]) => Data) =>
    batches.lane<Row<PointOf[K]>>((rows) => batchOf(`otel_metrics_${kind}`, rows, columnsOf(rows)));
  const lanes: { readonly [K in MetricKind]: (row: Row<PointOf[K]>, chars: number) => void } = {
    gauge: lane('gauge', numberColumns),
    sum: lane('sum', (rows) => ({ ...numberColumns(rows), ...sumColumns(rows) })),
    histogram: lane('histogram', histogramColumns),
    exponential_histogram: lane('exponential_histogram', exponentialColumns),
    summary: lane('summary', summaryColumns),
  };
  // Points come origin by origin.
  let current: { readonly origin: Origin; readonly chars: number } | undefined;
  return {
    add: (kind, origin, metric, point) => {
      if (current?.origin !== origin) current = { origin, chars: originChars(origin) };
      const chars = pointChars(current.chars, metric, point);
      const fault = pointFault(point, chars, nowUnixNanos);
      if (fault === undefined) lanes[kind]({ origin, metric, point }, chars);
      else batches.refuse(`${metric.name.slice(0, 80)}: ${fault}`);
    },
  };
}

const batchOf = (kind: BatchKind, rows: readonly Row<Point>[], columns: Data): Columns => ({
  kind,
  rows: rows.length,
  columns: { ...pointColumns(rows), ...columns },
});

function pointColumns(rows: readonly Row<Point>[]): Data {
  const { texts, words, maps, times, u32 } = columnsOver(rows);
  return {
    TimeUnix: times(({ point }) => point.unixNanos),
    ResourceAttributes: maps(({ origin }) => origin.resource),
    ResourceSchemaUrl: texts(({ origin }) => origin.resourceSchemaUrl),
    ScopeName: texts(({ origin }) => origin.scope.name),
    ScopeVersion: texts(({ origin }) => origin.scope.version),
    ScopeAttributes: maps(({ origin }) => origin.scope.attributes),
    ScopeDroppedAttrCount: u32(({ origin }) => origin.scope.droppedAttributes),
    ScopeSchemaUrl: texts(({ origin }) => origin.scopeSchemaUrl),
    ServiceName: words(({ origin }) => attributeOf(origin.resource, 'service.name')),
    MetricName: texts(({ metric }) => metric.name),
    MetricDescription: texts(({ metric }) => metric.description),
    MetricUnit: texts(({ metric }) => metric.unit),
    Attributes: maps(({ point }) => point.attributes),
    StartTimeUnix: times(({ point }) => point.startUnixNanos),
    Flags: u32(({ point }) => point.flags),
    platform: words(platforms()),
  };
}

function exemplarColumns(rows: readonly Row<WithExemplars>[]): Data {
  const { mapLists, i64Lists, f64Lists, textLists } = columnsOver(rows);
  return {
    'Exemplars.FilteredAttributes': mapLists(({ point }) => point.exemplars.map(({ attributes }) => attributes)),
    'Exemplars.TimeUnix': i64Lists(({ point }) => point.exemplars.map(({ unixNanos }) => storedTime(unixNanos))),
    'Exemplars.Value': f64Lists(({ point }) => point.exemplars.map(({ value }) => value)),
    'Exemplars.SpanId': textLists(({ point }) => point.exemplars.map(({ spanId }) => storedId(spanId))),
    'Exemplars.TraceId': textLists(({ point }) => point.exemplars.map(({ traceId }) => storedId(traceId))),
  };
}

function numberColumns(rows: readonly Row<NumberPoint>[]): Data {
  const { f64, i64, u8 } = columnsOver(rows);
  return {
    Value: f64(({ point }) => point.value),
    value_int: i64(({ point }) => point.valueInt),
    value_kind: u8(({ point }) => point.valueKind),
    ...exemplarColumns(rows),
  };
}

const temporalityColumn = (rows: readonly Row<unknown>[]): Data => ({
  AggregationTemporality: columnsOver(rows).i64(({ metric }) => metric.temporality),
});

const sumColumns = (rows: readonly Row<NumberPoint>[]): Data => ({
  ...temporalityColumn(rows),
  IsMonotonic: columnsOver(rows).u8(({ metric }) => Number(metric.isMonotonic)),
});

function countedColumns(rows: readonly Row<CountedPoint>[]): Data {
  const { u64, f64, u8 } = columnsOver(rows);
  return {
    Count: u64(({ point }) => point.count),
    Sum: f64(({ point }) => point.sum),
    Min: f64(({ point }) => point.min),
    Max: f64(({ point }) => point.max),
    given: u8(({ point }) => point.given),
    ...temporalityColumn(rows),
    ...exemplarColumns(rows),
  };
}

function histogramColumns(rows: readonly Row<HistogramPoint>[]): Data {
  const { i64Lists, f64Lists } = columnsOver(rows);
  return {
    ...countedColumns(rows),
    BucketCounts: i64Lists(({ point }) => point.bucketCounts),
    ExplicitBounds: f64Lists(({ point }) => point.bounds),
  };
}

function exponentialColumns(rows: readonly Row<ExponentialPoint>[]): Data {
  const { i64, u64, f64, i64Lists } = columnsOver(rows);
  return {
    ...countedColumns(rows),
    Scale: i64(({ point }) => point.scale),
    ZeroCount: u64(({ point }) => point.zeroCount),
    zero_threshold: f64(({ point }) => point.zeroThreshold),
    PositiveOffset: i64(({ point }) => point.positive.offset),
    PositiveBucketCounts: i64Lists(({ point }) => point.positive.counts),
    NegativeOffset: i64(({ point }) => point.negative.offset),
    NegativeBucketCounts: i64Lists(({ point }) => point.negative.counts),
  };
}

function summaryColumns(rows: readonly Row<SummaryPoint>[]): Data {
  const { u64, f64, f64Lists } = columnsOver(rows);
  return {
    Count: u64(({ point }) => point.count),
    Sum: f64(({ point }) => point.sum),
    'ValueAtQuantiles.Quantile': f64Lists(({ point }) => point.quantiles.map(({ quantile }) => quantile)),
    'ValueAtQuantiles.Value': f64Lists(({ point }) => point.quantiles.map(({ value }) => value)),
  };
}
