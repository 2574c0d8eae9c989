/**
 * RFC 3339 with nanoseconds. JavaScript's Date stops at milliseconds, and a trace is drawn in microseconds,
 * so exact times travel as text with nine fraction digits: `2026-11-20T10:03:00.000000123Z`.
 */
import { MapscopeError, NANOS_PER_MILLI, NANOS_PER_SECOND } from '@mapscope/events';

/** The largest time an Int64 of nanoseconds holds is 2262-04-11; DateTime64(9) of ClickHouse ends there too. */
const MAX_UNIX_NANOS = 2n ** 63n - 1n;

const SHAPE = /^(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(?:([Zz])|([+ -])(\d{2}):(\d{2}))$/;

export function formatUnixNanos(unixNanos: bigint): string {
  const fraction = ((unixNanos % NANOS_PER_SECOND) + NANOS_PER_SECOND) % NANOS_PER_SECOND;
  const seconds = new Date(Number((unixNanos - fraction) / NANOS_PER_MILLI)).toISOString().slice(0, 19);
  return `${seconds}.${fraction.toString().padStart(9, '0')}Z`;
}

/**
 * A `+` in a query string arrives as a space unless it was written `%2B`; an offset is the only place
 * where a space can stand, so it is read as the `+` it was.
 */
export function parseRfc3339(text: string): bigint | undefined {
  const match = SHAPE.exec(text);
  if (match === null) return undefined;
  const [, date = '', clock = '', fraction = '', , sign, hours = '0', minutes = '0'] = match;
  const millis = Date.parse(`${date}T${clock}Z`);
  // Date.parse turns 30 February into 2 March: a time that does not read back is not a time.
  if (Number.isNaN(millis) || new Date(millis).toISOString().slice(0, 19) !== `${date}T${clock}`) return undefined;
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined;
  const offsetMillis = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1);
  return BigInt(millis - offsetMillis) * NANOS_PER_MILLI + BigInt(fraction.padEnd(9, '0'));
}

export function checkUnixNanos(unixNanos: bigint, text: string): bigint {
  if (unixNanos >= 0n && unixNanos <= MAX_UNIX_NANOS) return unixNanos;
  throw new MapscopeError('QUERY_INVALID', `"${text}" lies outside 1970-01-01 to 2262-04-11: give a time between them`);
}
