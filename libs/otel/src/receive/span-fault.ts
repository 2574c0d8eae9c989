/**
 * What makes a single span unusable, so that it is refused by itself (partial success) and the rest is kept. Pure.
 * Times are bounded because rows are stored by day and kept for a week: a span of 1970 would be gone at once, and a batch of
 * a hundred different days would be refused by ClickHouse as a whole, for ever (max_partitions_per_insert_block).
 */
import type { Attributes, Span } from './span.ts';
import { MAX_SPAN_CHARS } from './limits.ts';

const TRACE_ID = /^[0-9a-f]{32}$/;
const SPAN_ID = /^[0-9a-f]{16}$/;
const isZero = (hex: string): boolean => /^0+$/.test(hex);

const DAY_NANOS = 86_400_000_000_000n;
/** As long as rows are kept (libs/store, migration.ts RAW_DAYS). */
export const OLDEST_NANOS = 7n * DAY_NANOS;
/** A clock that runs ahead, no more. */
export const NEWEST_NANOS = DAY_NANOS;

/** In words; undefined when the span is good. */
export function spanFault(span: Span, chars: number, nowUnixNanos: bigint): string | undefined {
  if (!TRACE_ID.test(span.traceId) || isZero(span.traceId)) return idFault('trace id', span.traceId, 32);
  if (!SPAN_ID.test(span.spanId) || isZero(span.spanId)) return idFault('span id', span.spanId, 16);
  if (span.parentSpanId !== '' && !SPAN_ID.test(span.parentSpanId)) {
    return idFault('parent span id', span.parentSpanId, 16);
  }
  const link = span.links.find(({ traceId, spanId }) => !TRACE_ID.test(traceId) || !SPAN_ID.test(spanId));
  if (link !== undefined) return idFault('linked span', `${link.traceId}/${link.spanId}`, 32);
  if (chars > MAX_SPAN_CHARS)
    return `the span holds ${chars} characters with its resource, allowed are ${MAX_SPAN_CHARS}`;
  return timeFault(span.startUnixNanos, nowUnixNanos);
}

const idFault = (what: string, id: string, digits: number): string =>
  `${what} "${id.slice(0, 60)}" is not ${digits} hex digits that are not all zero`;

function timeFault(startUnixNanos: bigint, nowUnixNanos: bigint): string | undefined {
  if (startUnixNanos < nowUnixNanos - OLDEST_NANOS)
    return `start ${startUnixNanos} is older than 7 days, which is all that is kept`;
  if (startUnixNanos > nowUnixNanos + NEWEST_NANOS)
    return `start ${startUnixNanos} lies more than a day ahead: set the clock`;
  return undefined;
}

/** UTF-16 units of a span and of the resource that is stored with it. */
export function charsOf(resourceChars: number, span: Span): number {
  const lists = [span, ...span.events, ...span.links];
  const attributes = lists.reduce((sum, { attributes }) => sum + attributeChars(attributes), resourceChars);
  const names = span.events.reduce((sum, { name }) => sum + name.length, 0);
  const states = span.links.reduce((sum, { traceState }) => sum + traceState.length + 48, 0);
  return (
    attributes + names + states + span.name.length + span.traceState.length + span.statusMessage.length + ROW_CHARS
  );
}

/** Ids, times and lengths of a row. */
const ROW_CHARS = 200;

export const attributeChars = ({ keys, values }: Attributes): number =>
  keys.reduce((sum, key) => sum + key.length + 2, 0) + values.reduce((sum, value) => sum + value.length, 0);
