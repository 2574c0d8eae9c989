/** A metric in JSON: names are those of metrics.proto in lowerCamelCase. */
import { attributesOf } from '../json-attribute.ts';
import { listRead, type ReadJsonItem } from '../json-envelope.ts';
import {
  boolOf,
  doubleOf,
  doubleOr0,
  doublesOf,
  enumOf,
  i32Of,
  i64Of,
  isGiven,
  type JsonObject,
  listOf,
  objectAt,
  objectOf,
  textOf,
  u32Of,
  u64Of,
  u64sOf,
} from '../json-reader.ts';
import type { ItemBudget } from '../limits.ts';
import type { Origin } from '../origin.ts';
import {
  type Buckets,
  type CountedPoint,
  EMPTY_POINTS,
  emptyExemplar,
  type Exemplar,
  type Metric,
  type MetricKind,
  type MetricSink,
  type NumberValue,
  type Point,
  type PointOf,
  setDouble,
  setGiven,
  setInt,
} from './metric.ts';

const DATA_NAMES: readonly (readonly [name: string, kind: MetricKind])[] = [
  ['gauge', 'gauge'],
  ['sum', 'sum'],
  ['histogram', 'histogram'],
  ['exponentialHistogram', 'exponential_histogram'],
  ['summary', 'summary'],
];

export function jsonMetricReader(budget: ItemBudget, sink: MetricSink): ReadJsonItem {
  return (item, at, origin) => {
    for (const [name, kind] of DATA_NAMES) {
      if (isGiven(item, name)) readData({ item, at, origin, budget }, name, kind, sink);
    }
  };
}

interface Place {
  readonly item: JsonObject;
  readonly at: string;
  readonly origin: Origin;
  readonly budget: ItemBudget;
}

function readData({ item, at, origin, budget }: Place, name: string, kind: MetricKind, sink: MetricSink): void {
  const data = objectOf(item, name, at);
  const here = `${at}.${name}`;
  const metric: Metric = {
    name: textOf(item, 'name', at),
    description: textOf(item, 'description', at),
    unit: textOf(item, 'unit', at),
    temporality: enumOf(data, 'aggregationTemporality', here),
    isMonotonic: boolOf(data, 'isMonotonic', here),
  };
  for (const [i, point] of listOf(data, 'dataPoints', here).entries()) {
    budget.spend(1);
    const pointAt = `${here}.dataPoints[${i}]`;
    sink.add(kind, origin, metric, READ[kind](objectAt(point, pointAt), pointAt, budget));
  }
}

type Read<P> = (point: JsonObject, at: string, budget: ItemBudget) => P;

const pointOf = (from: JsonObject, at: string, budget: ItemBudget): Point => ({
  startUnixNanos: u64Of(from, 'startTimeUnixNano', at),
  unixNanos: u64Of(from, 'timeUnixNano', at),
  flags: u32Of(from, 'flags', at),
  attributes: attributesOf(from, at, budget),
});

const exemplarsOf = (from: JsonObject, at: string, budget: ItemBudget): Exemplar[] =>
  listRead(from, 'exemplars', at, budget, (exemplar, here) => {
    const read: Exemplar = {
      ...emptyExemplar(),
      unixNanos: u64Of(exemplar, 'timeUnixNano', here),
      spanId: textOf(exemplar, 'spanId', here).toLowerCase(),
      traceId: textOf(exemplar, 'traceId', here).toLowerCase(),
      attributes: attributesOf(exemplar, here, budget, 'filteredAttributes'),
    };
    setValue(read, exemplar, here);
    return read;
  });

function setValue(into: NumberValue, from: JsonObject, at: string): void {
  if (isGiven(from, 'asDouble')) setDouble(into, doubleOf(from, 'asDouble', at));
  if (isGiven(from, 'asInt')) setInt(into, i64Of(from, 'asInt', at));
}

const readNumber: Read<PointOf['gauge']> = (from, at, budget) => {
  const point = { ...EMPTY_POINTS.gauge(), ...pointOf(from, at, budget), exemplars: exemplarsOf(from, at, budget) };
  setValue(point, from, at);
  return point;
};

const readCounted: Read<CountedPoint> = (from, at, budget) => {
  const point: CountedPoint = {
    ...EMPTY_POINTS.histogram(),
    ...pointOf(from, at, budget),
    count: u64Of(from, 'count', at),
    exemplars: exemplarsOf(from, at, budget),
  };
  for (const name of ['sum', 'min', 'max'] as const) {
    if (isGiven(from, name)) setGiven(point, name, doubleOf(from, name, at));
  }
  return point;
};

const bucketsOf = (from: JsonObject, name: string, at: string): Buckets => {
  const buckets = objectOf(from, name, at);
  const here = `${at}.${name}`;
  return { offset: i32Of(buckets, 'offset', here), counts: u64sOf(buckets, 'bucketCounts', here) };
};

const READ: { readonly [K in MetricKind]: Read<PointOf[K]> } = {
  gauge: readNumber,
  sum: readNumber,
  histogram: (from, at, budget) => ({
    ...readCounted(from, at, budget),
    bucketCounts: u64sOf(from, 'bucketCounts', at),
    bounds: doublesOf(from, 'explicitBounds', at),
  }),
  exponential_histogram: (from, at, budget) => ({
    ...readCounted(from, at, budget),
    scale: i32Of(from, 'scale', at),
    zeroCount: u64Of(from, 'zeroCount', at),
    zeroThreshold: doubleOr0(from, 'zeroThreshold', at),
    positive: bucketsOf(from, 'positive', at),
    negative: bucketsOf(from, 'negative', at),
  }),
  summary: (from, at, budget) => ({
    ...pointOf(from, at, budget),
    count: u64Of(from, 'count', at),
    sum: doubleOr0(from, 'sum', at),
    quantiles: listRead(from, 'quantileValues', at, budget, (each, here) => ({
      quantile: doubleOr0(each, 'quantile', here),
      value: doubleOr0(each, 'value', here),
    })),
  }),
};
