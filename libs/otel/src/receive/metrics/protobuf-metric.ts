/**
 * A metric in protobuf (opentelemetry/proto/metrics/v1/metrics.proto). Temporality may stand behind the points it is for, so
 * the places of points are noted first, as those of items are (protobuf-envelope.ts).
 */
import { type Descriptor, descriptor, field, type Field, notePlace, type Place } from '../descriptor.ts';
import { type Reader, readInner, readMessage } from '../descriptor.ts';
import type { ItemBudget } from '../limits.ts';
import type { Origin } from '../origin.ts';
import type { ReadItem } from '../protobuf-envelope.ts';
import { EMPTY_POINTS, emptyMetric, type Metric, type MetricKind, type MetricSink } from './metric.ts';
import { makePointFields, type PointFields } from './protobuf-point.ts';

/** A oneof: of several kinds the one sent last counts. */
interface Draft extends Metric {
  kind: MetricKind | undefined;
  places: Place[];
}

export function metricReader(budget: ItemBudget, sink: MetricSink): ReadItem {
  const fields = makeMetricFields(budget);
  const points = makePointFields(budget);
  return (reader, end, origin) => {
    const draft = readMessage<Draft>(reader, end, fields, { ...emptyMetric(), kind: undefined, places: [] });
    if (draft.kind !== undefined) readPoints(reader, { origin, draft, kind: draft.kind }, points, sink);
  };
}

interface Found<K extends MetricKind> {
  readonly origin: Origin;
  readonly draft: Draft;
  readonly kind: K;
}

function readPoints<K extends MetricKind>(
  reader: Reader,
  { origin, draft, kind }: Found<K>,
  points: PointFields,
  sink: MetricSink,
): void {
  const { name, description, unit, temporality, isMonotonic, places } = draft;
  const metric: Metric = { name, description, unit, temporality, isMonotonic };
  for (const { start, end } of places) {
    reader.pos = start;
    sink.add(kind, origin, metric, readMessage(reader, end, points[kind], EMPTY_POINTS[kind]()));
  }
}

function makeMetricFields(budget: ItemBudget): Descriptor<Draft> {
  const data = descriptor<Draft>({
    1: field.message((reader, into) => notePlace(reader, into.places, budget)),
    2: field.enumeration((into, temporality) => void (into.temporality = temporality)),
    3: field.bool((into, isMonotonic) => void (into.isMonotonic = isMonotonic)),
  });
  const pointsOnly = descriptor<Draft>({
    1: field.message((reader, into) => notePlace(reader, into.places, budget)),
  });
  const dataOf = (kind: MetricKind, fields: Descriptor<Draft>): Field<Draft> =>
    field.message((reader, into) => {
      if (into.kind !== kind) Object.assign(into, { kind, places: [], temporality: 0, isMonotonic: false });
      readInner(reader, fields, into);
    });
  return descriptor<Draft>({
    1: field.text((into, text) => void (into.name = text)),
    2: field.text((into, text) => void (into.description = text)),
    3: field.text((into, text) => void (into.unit = text)),
    5: dataOf('gauge', pointsOnly),
    7: dataOf('sum', data),
    9: dataOf('histogram', data),
    10: dataOf('exponential_histogram', data),
    11: dataOf('summary', pointsOnly),
  });
}
