/**
 * What makes a single row unusable, so that it is refused by itself (partial success) and the rest is kept. Pure.
 * Times are bounded because rows are stored by day and kept for a week: a span of 1970 would be gone at once, and a batch of
 * a hundred different days would be refused by ClickHouse as a whole, for ever (max_partitions_per_insert_block).
 */
import { MAX_ROW_CHARS } from './limits.ts';

const TRACE_ID = /^[0-9a-f]{32}$/;
const SPAN_ID = /^[0-9a-f]{16}$/;

export const isTraceId = (hex: string): boolean => TRACE_ID.test(hex);
export const isSpanId = (hex: string): boolean => SPAN_ID.test(hex);
export const isZero = (hex: string): boolean => /^0*$/.test(hex);

const DAY_NANOS = 86_400_000_000_000n;
/** As long as rows are kept (libs/store, migration.ts RAW_DAYS). */
export const OLDEST_NANOS = 7n * DAY_NANOS;
/** A clock that runs ahead, no more. */
export const NEWEST_NANOS = DAY_NANOS;

export const idFault = (what: string, id: string, digits: number): string =>
  `${what} "${id.slice(0, 60)}" is not ${digits} hex digits that are not all zero`;

/** Of ids that may be left out: then they are empty, or all zero as some SDKs have it. */
export function idsFault(traceId: string, spanId: string, of = ''): string | undefined {
  if (!isZero(traceId) && !isTraceId(traceId)) return idFault(`${of}trace id`, traceId, 32);
  if (!isZero(spanId) && !isSpanId(spanId)) return idFault(`${of}span id`, spanId, 16);
  return undefined;
}

export function timeFault(what: string, unixNanos: bigint, nowUnixNanos: bigint): string | undefined {
  if (unixNanos < nowUnixNanos - OLDEST_NANOS)
    return `${what} ${unixNanos} is older than 7 days, which is all that is kept`;
  if (unixNanos > nowUnixNanos + NEWEST_NANOS) return `${what} ${unixNanos} lies more than a day ahead: set the clock`;
  return undefined;
}

export const sizeFault = (what: string, chars: number): string | undefined =>
  chars > MAX_ROW_CHARS
    ? `${what} holds ${chars} characters with its resource, allowed are ${MAX_ROW_CHARS}`
    : undefined;
