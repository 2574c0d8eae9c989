/** What makes a single span unusable. Pure. */
import { idFault, isSpanId, isTraceId, isZero, sizeFault, timeFault } from './faults.ts';
import { attributeChars } from './origin.ts';
import type { Span } from './span.ts';

/** In words; undefined when the span is good. */
export function spanFault(span: Span, chars: number, nowUnixNanos: bigint): string | undefined {
  if (!isTraceId(span.traceId) || isZero(span.traceId)) return idFault('trace id', span.traceId, 32);
  if (!isSpanId(span.spanId) || isZero(span.spanId)) return idFault('span id', span.spanId, 16);
  if (span.parentSpanId !== '' && !isSpanId(span.parentSpanId)) {
    return idFault('parent span id', span.parentSpanId, 16);
  }
  const link = span.links.find(({ traceId, spanId }) => !isTraceId(traceId) || !isSpanId(spanId));
  if (link !== undefined) return idFault('linked span', `${link.traceId}/${link.spanId}`, 32);
  return sizeFault('the span', chars) ?? timeFault('start', span.startUnixNanos, nowUnixNanos);
}

/** UTF-16 units of a span and of the origin that is stored with it. */
export function charsOf(originChars: number, span: Span): number {
  const lists = [span, ...span.events, ...span.links];
  const attributes = lists.reduce((sum, { attributes }) => sum + attributeChars(attributes), originChars);
  const names = span.events.reduce((sum, { name }) => sum + name.length, 0);
  const states = span.links.reduce((sum, { traceState }) => sum + traceState.length + 48, 0);
  return (
    attributes + names + states + span.name.length + span.traceState.length + span.statusMessage.length + ROW_CHARS
  );
}

/** Ids, times and lengths of a row. */
const ROW_CHARS = 200;
