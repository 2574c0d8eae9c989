/** Points of the five kinds in protobuf: field numbers of opentelemetry/proto/metrics/v1/metrics.proto. */
import { type Descriptor, descriptor, field, type Field, readInner } from '../descriptor.ts';
import type { ItemBudget } from '../limits.ts';
import type { Attributes } from '../origin.ts';
import { attributesField } from '../protobuf-attribute.ts';
import {
  type Buckets,
  type CountedPoint,
  emptyExemplar,
  type Exemplar,
  type MetricKind,
  type NumberPoint,
  type Point,
  type PointOf,
  setDouble,
  setGiven,
  setInt,
  type SummaryPoint,
  type WithExemplars,
} from './metric.ts';

export type PointFields = { readonly [K in MetricKind]: Descriptor<PointOf[K]> };

export function makePointFields(budget: ItemBudget): PointFields {
  const shared = makeSharedFields(budget);
  const number = makeNumberFields(shared);
  return {
    gauge: number,
    sum: number,
    histogram: makeHistogramFields(shared),
    exponential_histogram: makeExponentialFields(shared),
    summary: makeSummaryFields(shared),
  };
}

/** Fields of several kinds, which have other numbers in each. */
interface Shared {
  readonly budget: ItemBudget;
  readonly start: Field<Point>;
  readonly time: Field<Point>;
  readonly flags: Field<Point>;
  readonly attributes: Field<{ readonly attributes: Attributes }>;
  readonly exemplar: Field<WithExemplars>;
  readonly count: Field<{ count: bigint }>;
  readonly given: (name: 'sum' | 'min' | 'max') => Field<CountedPoint>;
}

function makeSharedFields(budget: ItemBudget): Shared {
  const attributes = attributesField<{ readonly attributes: Attributes }>((into) => into.attributes, budget);
  const exemplar = descriptor<Exemplar>({
    2: field.fixed64((into, nanos) => void (into.unixNanos = nanos)),
    3: field.double(setDouble),
    4: field.hex((into, id) => void (into.spanId = id)),
    5: field.hex((into, id) => void (into.traceId = id)),
    6: field.sfixed64(setInt),
    7: attributes,
  });
  return {
    budget,
    start: field.fixed64((into, nanos) => void (into.startUnixNanos = nanos)),
    time: field.fixed64((into, nanos) => void (into.unixNanos = nanos)),
    flags: field.u32((into, flags) => void (into.flags = flags)),
    attributes,
    exemplar: field.message((reader, into) => {
      budget.spend(1);
      into.exemplars.push(readInner(reader, exemplar, emptyExemplar()));
    }),
    count: field.fixed64((into, count) => void (into.count = count)),
    given: (name) => field.double((into, value) => setGiven(into, name, value)),
  };
}

const makeNumberFields = ({ start, time, flags, attributes, exemplar }: Shared): Descriptor<NumberPoint> =>
  descriptor<NumberPoint>({
    2: start,
    3: time,
    4: field.double(setDouble),
    5: exemplar,
    6: field.sfixed64(setInt),
    7: attributes,
    8: flags,
  });

function makeHistogramFields({ budget, ...shared }: Shared): Descriptor<PointOf['histogram']> {
  return descriptor<PointOf['histogram']>({
    2: shared.start,
    3: shared.time,
    4: shared.count,
    5: shared.given('sum'),
    6: field.fixed64s((into, count) => {
      budget.spend(1);
      into.bucketCounts.push(count);
    }),
    7: field.doubles((into, bound) => {
      budget.spend(1);
      into.bounds.push(bound);
    }),
    8: shared.exemplar,
    9: shared.attributes,
    10: shared.flags,
    11: shared.given('min'),
    12: shared.given('max'),
  });
}

function makeExponentialFields({ budget, ...shared }: Shared): Descriptor<PointOf['exponential_histogram']> {
  const buckets = descriptor<Buckets>({
    1: field.s32((into, offset) => void (into.offset = offset)),
    2: field.u64s((into, count) => {
      budget.spend(1);
      into.counts.push(count);
    }),
  });
  return descriptor<PointOf['exponential_histogram']>({
    1: shared.attributes,
    2: shared.start,
    3: shared.time,
    4: shared.count,
    5: shared.given('sum'),
    6: field.s32((into, scale) => void (into.scale = scale)),
    7: field.fixed64((into, count) => void (into.zeroCount = count)),
    8: field.message((reader, into) => void readInner(reader, buckets, into.positive)),
    9: field.message((reader, into) => void readInner(reader, buckets, into.negative)),
    10: shared.flags,
    11: shared.exemplar,
    12: shared.given('min'),
    13: shared.given('max'),
    14: field.double((into, threshold) => void (into.zeroThreshold = threshold)),
  });
}

function makeSummaryFields({ budget, ...shared }: Shared): Descriptor<SummaryPoint> {
  const quantile = descriptor<SummaryPoint['quantiles'][number]>({
    1: field.double((into, value) => void (into.quantile = value)),
    2: field.double((into, value) => void (into.value = value)),
  });
  return descriptor<SummaryPoint>({
    2: shared.start,
    3: shared.time,
    4: shared.count,
    5: field.double((into, sum) => void (into.sum = sum)),
    6: field.message((reader, into) => {
      budget.spend(1);
      into.quantiles.push(readInner(reader, quantile, { quantile: 0, value: 0 }));
    }),
    7: shared.attributes,
    8: shared.flags,
  });
}
