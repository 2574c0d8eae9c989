/**
 * Families whose samples only grow, with a bound: from the limit on, what would be one series more goes into the series
 * `otel_metric_overflow="true"`, so that sums stay whole (OpenTelemetry specification, metrics/sdk.md, "Cardinality
 * limits", default 2000).
 */
import type { Exemplar, Family, HistogramSample, Labels } from '../exposition/family.ts';

export const CARDINALITY_LIMIT = 2000;
const OVERFLOW: Labels = { otel_metric_overflow: 'true' };

export interface Describing {
  readonly name: string;
  readonly help: string;
  readonly limit?: number;
}

/** What is kept for each set of labels. */
function boundedSeries<Value>(limit: number, make: (labels: Labels) => Value) {
  const series = new Map<string, Value>();
  const at = (labels: Labels): Value => {
    const key = JSON.stringify(labels);
    const found = series.get(key);
    if (found !== undefined) return found;
    if (series.size >= limit - 1 && labels !== OVERFLOW) return at(OVERFLOW);
    const made = make(labels);
    series.set(key, made);
    return made;
  };
  return { at, all: (): Value[] => [...series.values()] };
}

export interface GrowingCounter {
  /** by zero: the series is there from now on, so that its first event is seen as growth */
  readonly add: (labels: Labels, amount: number) => void;
  readonly family: () => Family;
}

export function growingCounter({ name, help, limit = CARDINALITY_LIMIT }: Describing): GrowingCounter {
  const series = boundedSeries(limit, (labels) => ({ labels, value: 0 }));
  return {
    add: (labels, amount) => void (series.at(labels).value += amount),
    family: () => ({ name, help, type: 'counter', samples: series.all() }),
  };
}

/** Counts within the bounds are cumulative, as in a Prometheus histogram. */
export interface Observed {
  readonly count: number;
  readonly sum: number;
  readonly within: readonly number[];
  readonly exemplar: Exemplar | undefined;
}

export interface GrowingHistogram {
  readonly add: (labels: Labels, observed: Observed) => void;
  readonly family: () => Family;
}

export function growingHistogram(
  { name, help, limit = CARDINALITY_LIMIT }: Describing,
  bounds: readonly number[],
): GrowingHistogram {
  const series = boundedSeries(limit, (labels) => ({
    labels,
    count: 0,
    sum: 0,
    within: bounds.map(() => 0),
    exemplars: new Map<number, Exemplar>(),
  }));
  const add: GrowingHistogram['add'] = (labels, { count, sum, within, exemplar }) => {
    const one = series.at(labels);
    one.count += count;
    one.sum += sum;
    one.within.forEach((before, index) => (one.within[index] = before + (within[index] ?? 0)));
    if (exemplar !== undefined) one.exemplars.set(bucketOf(exemplar.value, bounds), exemplar);
  };
  const samples = (): HistogramSample[] => series.all();
  return { add, family: () => ({ name, help, type: 'histogram', bounds, samples: samples() }) };
}

/** Index of the first bound that is not below; behind the last: +Inf. */
function bucketOf(value: number, bounds: readonly number[]): number {
  const index = bounds.findIndex((bound) => value <= bound);
  return index === -1 ? bounds.length : index;
}
