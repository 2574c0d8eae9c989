/**
 * The route of a request whose trace is at hand, by the rule at the head of routes.ts, which is the same in SQL for windows: a trace
 * is read with one round trip, and its requests' routes are chosen among spans that are there already. Pure.
 */
import type { TraceRequest, TraceSpan } from '../records.ts';
import { MAX_SPANS_OF_TRACE } from './routes.ts';

type Span = Pick<
  TraceSpan,
  'service' | 'kind' | 'startUnixNanos' | 'durationNanos' | 'parentSpanId' | 'spanId' | 'attributes'
>;
type Request = Pick<TraceRequest, 'service' | 'route' | 'startUnixNanos' | 'durationNanos' | 'parentSpanId'>;

interface Time {
  readonly starts: number;
  readonly ends: number;
}

interface Named extends Time {
  readonly route: string;
  readonly parentSpanId: string;
}

/** Of a request whose route gives way; spans are those of its trace. */
export function ownRoute(request: Request, spans: readonly Span[]): string {
  const probed = timeOf(request, request.startUnixNanos);
  let [route, best] = [request.route, 0];
  for (const span of namedSpans(request, spans)) {
    const likeness = likenessOf(span, probed, span.parentSpanId === request.parentSpanId);
    if (likeness > best) [route, best] = [span.route, likeness];
  }
  return route;
}

/** The first so many SERVER spans with http.route of the request's service. */
function namedSpans({ service, startUnixNanos }: Request, spans: readonly Span[]): readonly Named[] {
  return spans
    .filter((span) => span.service === service && span.kind === 'Server' && routeOf(span) !== '')
    .map((span) => ({ ...timeOf(span, startUnixNanos), route: routeOf(span), parentSpanId: parentOf(span) }))
    .toSorted((a, b) => a.starts - b.starts || a.ends - b.ends || (a.route < b.route ? -1 : 1))
    .slice(0, MAX_SPANS_OF_TRACE);
}

const routeOf = ({ attributes }: Span): string => attributes['http.route'] ?? '';
/** The probe writes zeros where an SDK writes nothing. */
const parentOf = ({ parentSpanId }: Span): string => parentSpanId.toLowerCase().padEnd(16, '0').slice(0, 16);

/** In nanoseconds after `zero`: hours of them are exact. */
function timeOf({ startUnixNanos, durationNanos }: Pick<Span, 'startUnixNanos' | 'durationNanos'>, zero: bigint): Time {
  const starts = Number(startUnixNanos - zero);
  return { starts, ends: starts + durationNanos };
}

/** 0: another request; 1 and more: the same parent; else the share of time in common, which is at least a half. */
function likenessOf(span: Time, probed: Time, hasSameParent: boolean): number {
  if (span.starts >= probed.ends || probed.starts >= span.ends) return 0;
  const shared = Math.min(span.ends, probed.ends) - Math.max(span.starts, probed.starts);
  const spanned = Math.max(span.ends, probed.ends) - Math.min(span.starts, probed.starts);
  if (!hasSameParent && 2 * shared < spanned) return 0;
  return (hasSameParent ? 1 : 0) + shared / spanned;
}
