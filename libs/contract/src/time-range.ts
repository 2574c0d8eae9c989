/**
 * How people write moments and spans: `2026-11-20T10:03:00Z`, `1795600980000` (unix milliseconds), `now-15m`, `10s`.
 * A written moment stays unresolved until somebody who has a clock asks: parsing is pure.
 */
import { MapscopeError, NANOS_PER_MILLI, NANOS_PER_SECOND, type TimeWindow } from '@mapscope/events';
import { checkUnixNanos, formatUnixNanos, parseRfc3339 } from './rfc3339.ts';

export type TimePoint =
  | { readonly kind: 'absolute'; readonly unixNanos: bigint }
  | { readonly kind: 'relative'; readonly offsetNanos: bigint };

const MINUTE = 60n * NANOS_PER_SECOND;
const UNIT_NANOS: Readonly<Record<string, bigint>> = {
  ms: NANOS_PER_MILLI,
  s: NANOS_PER_SECOND,
  m: MINUTE,
  h: 60n * MINUTE,
  d: 1440n * MINUTE,
  w: 7n * 1440n * MINUTE,
};

const SPAN = /^(\d{1,9})(ms|s|m|h|d|w)$/;
/** Twelve digits of milliseconds begin in 1973, fourteen end in 5138; seconds have ten digits, microseconds sixteen. */
const UNIX_MILLIS = /^\d{12,14}$/;
const HOW = 'give RFC 3339 (2026-11-20T10:03:00Z), unix milliseconds (1795600980000) or relative time (now-15m)';

const refuse = (message: string): MapscopeError => new MapscopeError('QUERY_INVALID', message);
const quote = (text: string): string => JSON.stringify(text.slice(0, 64));

/** `15m` → 900 s in nanoseconds. */
export function parseSpanNanos(text: string): bigint {
  const [, count, unit] = SPAN.exec(text) ?? [];
  const unitNanos = UNIT_NANOS[unit ?? ''];
  if (count === undefined || unitNanos === undefined) {
    throw refuse(`${quote(text)} is not a span of time: give a whole number and one of ms, s, m, h, d, w, as in 10s`);
  }
  return BigInt(count) * unitNanos;
}

function parseRelative(text: string): TimePoint {
  const rest = text.slice('now'.length);
  if (rest === '') return { kind: 'relative', offsetNanos: 0n };
  // A bare + arrives as a space, see parseRfc3339.
  const sign = rest[0] === '-' ? -1n : rest[0] === '+' || rest[0] === ' ' ? 1n : undefined;
  if (sign === undefined) throw refuse(`${quote(text)} is not a relative time: give now, now-15m or now+1h`);
  return { kind: 'relative', offsetNanos: sign * parseSpanNanos(rest.slice(1)) };
}

export function parseTimePoint(text: string): TimePoint {
  if (text.startsWith('now')) return parseRelative(text);
  if (UNIX_MILLIS.test(text)) return { kind: 'absolute', unixNanos: BigInt(text) * NANOS_PER_MILLI };
  if (/^\d+$/.test(text)) throw refuse(`${quote(text)} has ${text.length} digits, unix milliseconds have 13: ${HOW}`);
  const unixNanos = parseRfc3339(text);
  if (unixNanos === undefined) throw refuse(`${quote(text)} is not a time: ${HOW}`);
  return { kind: 'absolute', unixNanos: checkUnixNanos(unixNanos, text) };
}

export function resolveTimePoint(point: TimePoint, nowUnixNanos: bigint): bigint {
  if (point.kind === 'absolute') return point.unixNanos;
  const unixNanos = nowUnixNanos + point.offsetNanos;
  return checkUnixNanos(unixNanos, `now${point.offsetNanos < 0n ? '' : '+'}${point.offsetNanos / NANOS_PER_SECOND}s`);
}

export interface WindowLimits {
  readonly defaultSpanNanos: bigint;
  readonly maxSpanNanos: bigint;
}

export const WINDOW_LIMITS: WindowLimits = { defaultSpanNanos: 15n * MINUTE, maxSpanNanos: 31n * 1440n * MINUTE };
/** A root cause reads every request and wait of its window. */
export const ROOT_CAUSE_LIMITS: WindowLimits = { defaultSpanNanos: 15n * MINUTE, maxSpanNanos: 1440n * MINUTE };

export interface WrittenWindow {
  readonly from?: TimePoint | undefined;
  readonly to?: TimePoint | undefined;
}

/** Absent `to` is now; absent `from` is the default span before `to`. */
export function resolveWindow(written: WrittenWindow, nowUnixNanos: bigint, limits: WindowLimits): TimeWindow {
  const toUnixNanos = written.to === undefined ? nowUnixNanos : resolveTimePoint(written.to, nowUnixNanos);
  const fromUnixNanos =
    written.from === undefined ? toUnixNanos - limits.defaultSpanNanos : resolveTimePoint(written.from, nowUnixNanos);
  if (fromUnixNanos >= toUnixNanos) {
    const [from, to] = [formatUnixNanos(fromUnixNanos), formatUnixNanos(toUnixNanos)];
    throw refuse(`from (${from}) is not before to (${to}): give a window that begins before it ends`);
  }
  if (toUnixNanos - fromUnixNanos > limits.maxSpanNanos) {
    const hours = (toUnixNanos - fromUnixNanos) / (60n * MINUTE);
    throw refuse(
      `the window is ${hours} h long, at most ${limits.maxSpanNanos / (60n * MINUTE)} h are read: narrow it`,
    );
  }
  return { fromUnixNanos, toUnixNanos };
}
