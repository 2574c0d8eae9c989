/**
 * Where a page ends, as text that a caller hands back: what was asked, the window (so that all pages are of one, even of
 * `now-15m`), and the numbers that its last row is ordered by. Pure.
 *
 *   incidents.1795598640000000000.1795598700000000000.1795598650000000000.12345
 */
import { formatUnixNanos } from '@mapscope/contract';
import { MapscopeError, type TimeWindow } from '@mapscope/events';

export interface Cursor {
  readonly window: TimeWindow;
  readonly end: readonly bigint[];
}

const SHAPE = /^([a-z]{1,20})\.(\d{1,19})\.(\d{1,19})((?:\.\d{1,20}){1,4})$/;
const UINT64_END = 2n ** 64n;
const INT64_END = 2n ** 63n;

export const formatCursor = (of: string, { fromUnixNanos, toUnixNanos }: TimeWindow, end: readonly bigint[]): string =>
  [of, fromUnixNanos, toUnixNanos, ...end].join('.');

export function parseCursor(text: string, of: string): Cursor {
  const [, what, from = '0', to = '0', rest = ''] = SHAPE.exec(text) ?? [];
  const window = { fromUnixNanos: BigInt(from), toUnixNanos: BigInt(to) };
  const end = rest.split('.').slice(1).map(BigInt);
  const fits = window.toUnixNanos < INT64_END && end.every((value) => value < UINT64_END);
  if (what === of && fits && window.fromUnixNanos < window.toUnixNanos) return { window, end };
  const shown = JSON.stringify(text.slice(0, 40));
  const known = what === undefined || what === of ? '' : ` (it is one of ${what})`;
  throw new MapscopeError(
    'QUERY_INVALID',
    `after=${shown} is no cursor of ${of}${known}: give nextCursor of the page before`,
  );
}

/** A cursor that somebody made up is bounded like any other question. */
export function checkSpan({ window }: Cursor, maxSpanNanos: bigint): Cursor['window'] {
  if (window.toUnixNanos - window.fromUnixNanos <= maxSpanNanos) return window;
  const text = `the cursor's window begins at ${formatUnixNanos(window.fromUnixNanos)}, too long before its end: begin anew`;
  throw new MapscopeError('QUERY_INVALID', text);
}
