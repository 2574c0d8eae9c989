/**
 * Metric points as both encodings give them, on their way into columns: five kinds, each with a table of its own. Ids are
 * lower-case hex of whatever was sent; point-fault.ts judges them. Pure.
 */
import { GIVEN, VALUE_KINDS } from '@mapscope/events';
import { type Attributes, emptyAttributes, type Origin } from '../origin.ts';

/** What all points of a metric share. */
export interface Metric {
  name: string;
  description: string;
  unit: string;
  /** AggregationTemporality: 0 unspecified, 1 delta, 2 cumulative */
  temporality: number;
  isMonotonic: boolean;
}

/** as_double or as_int, of which the one sent last counts. */
export interface NumberValue {
  value: number;
  valueInt: bigint;
  /** of VALUE_KINDS */
  valueKind: number;
}

export interface Exemplar extends NumberValue {
  unixNanos: bigint;
  spanId: string;
  traceId: string;
  readonly attributes: Attributes;
}

export interface Point {
  startUnixNanos: bigint;
  unixNanos: bigint;
  flags: number;
  readonly attributes: Attributes;
}

export interface WithExemplars {
  readonly exemplars: Exemplar[];
}

export interface NumberPoint extends Point, NumberValue, WithExemplars {}

/** Sum, min and max may be left out; `given` has the bits of GIVEN. */
export interface CountedPoint extends Point, WithExemplars {
  count: bigint;
  sum: number;
  min: number;
  max: number;
  given: number;
}

export interface HistogramPoint extends CountedPoint {
  readonly bucketCounts: bigint[];
  readonly bounds: number[];
}

export interface Buckets {
  offset: number;
  readonly counts: bigint[];
}

export interface ExponentialPoint extends CountedPoint {
  scale: number;
  zeroCount: bigint;
  zeroThreshold: number;
  readonly positive: Buckets;
  readonly negative: Buckets;
}

export interface SummaryPoint extends Point {
  count: bigint;
  sum: number;
  readonly quantiles: { quantile: number; value: number }[];
}

/** Kind, as in the name of its table → its points. */
export interface PointOf {
  readonly gauge: NumberPoint;
  readonly sum: NumberPoint;
  readonly histogram: HistogramPoint;
  readonly exponential_histogram: ExponentialPoint;
  readonly summary: SummaryPoint;
}
export type MetricKind = keyof PointOf;

/** Receives what a decoder finds, point by point. */
export interface MetricSink {
  readonly add: <K extends MetricKind>(kind: K, origin: Origin, metric: Metric, point: PointOf[K]) => void;
}

export const emptyMetric = (): Metric => ({
  name: '',
  description: '',
  unit: '',
  temporality: 0,
  isMonotonic: false,
});

const emptyPoint = (): Point => ({ startUnixNanos: 0n, unixNanos: 0n, flags: 0, attributes: emptyAttributes() });
const emptyValue = (): NumberValue => ({ value: 0, valueInt: 0n, valueKind: VALUE_KINDS.none });
const emptyCounted = (): CountedPoint => ({
  ...emptyPoint(),
  exemplars: [],
  count: 0n,
  sum: 0,
  min: 0,
  max: 0,
  given: 0,
});

export const emptyExemplar = (): Exemplar => ({
  ...emptyValue(),
  unixNanos: 0n,
  spanId: '',
  traceId: '',
  attributes: emptyAttributes(),
});

export const EMPTY_POINTS: { readonly [K in MetricKind]: () => PointOf[K] } = {
  gauge: () => ({ ...emptyPoint(), ...emptyValue(), exemplars: [] }),
  sum: () => ({ ...emptyPoint(), ...emptyValue(), exemplars: [] }),
  histogram: () => ({ ...emptyCounted(), bucketCounts: [], bounds: [] }),
  exponential_histogram: () => ({
    ...emptyCounted(),
    scale: 0,
    zeroCount: 0n,
    zeroThreshold: 0,
    positive: { offset: 0, counts: [] },
    negative: { offset: 0, counts: [] },
  }),
  summary: () => ({ ...emptyPoint(), count: 0n, sum: 0, quantiles: [] }),
};

export function setDouble(into: NumberValue, value: number): void {
  into.value = value;
  into.valueInt = 0n;
  into.valueKind = VALUE_KINDS.double;
}

export function setInt(into: NumberValue, value: bigint): void {
  into.value = Number(value);
  into.valueInt = value;
  into.valueKind = VALUE_KINDS.int;
}

/** One of the optional fields. */
export function setGiven(into: CountedPoint, name: keyof typeof GIVEN, value: number): void {
  into[name] = value;
  into.given |= GIVEN[name];
}
