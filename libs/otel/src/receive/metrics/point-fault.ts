/** What makes a single point unusable, and how large it is. Pure. */
import { idsFault, sizeFault, timeFault } from '../faults.ts';
import { attributeChars } from '../origin.ts';
import type { HistogramPoint, Metric, MetricKind, Point, PointOf, WithExemplars } from './metric.ts';

/** In words; undefined when the point is good. */
export function pointFault(point: PointOf[MetricKind], chars: number, nowUnixNanos: bigint): string | undefined {
  const ids = exemplarsOf(point).map(({ traceId, spanId }) => idsFault(traceId, spanId, "exemplar's "));
  return (
    ids.find((fault) => fault !== undefined) ??
    ('bucketCounts' in point ? bucketFault(point) : undefined) ??
    sizeFault('the point', chars) ??
    timeFault('time', point.unixNanos, nowUnixNanos)
  );
}

/** metrics.proto, HistogramDataPoint: one count more than bounds, or neither. */
function bucketFault({ bucketCounts, bounds }: HistogramPoint): string | undefined {
  if (bucketCounts.length === 0 && bounds.length === 0) return undefined;
  if (bucketCounts.length === bounds.length + 1) return undefined;
  return `${bucketCounts.length} bucket counts do not fit ${bounds.length} bounds, there is one bucket more than bounds`;
}

const exemplarsOf = (point: Point): WithExemplars['exemplars'] =>
  // The one kind without them has no such field.
  'exemplars' in point ? (point as Point & WithExemplars).exemplars : [];

/** UTF-16 units of a point with its origin and its metric; 16 a number in a list. */
export function pointChars(originChars: number, metric: Metric, point: PointOf[MetricKind]): number {
  const exemplars = exemplarsOf(point).reduce((sum, { attributes }) => sum + attributeChars(attributes) + 80, 0);
  const names = metric.name.length + metric.description.length + metric.unit.length;
  return originChars + names + attributeChars(point.attributes) + exemplars + 16 * numbersIn(point) + ROW_CHARS;
}

function numbersIn(point: PointOf[MetricKind]): number {
  if ('bucketCounts' in point) return point.bucketCounts.length + point.bounds.length;
  if ('positive' in point) return point.positive.counts.length + point.negative.counts.length;
  return 'quantiles' in point ? 2 * point.quantiles.length : 0;
}

/** Times, counts and lengths of a row. */
const ROW_CHARS = 200;
