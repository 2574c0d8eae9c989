/**
 * RFC 3339 texts with nanoseconds. JavaScript's Date stops at milliseconds, so differences are taken in two parts:
 *
 *   2026-11-20T10:03:00 . 000000123 Z
 *   └── whole seconds ──┘ └ nanos ┘      difference in ms = Δseconds × 1000 + Δnanos ÷ 10⁶
 */

interface Instant {
  readonly seconds: number;
  readonly nanos: number;
}

function parse(text: string): Instant | undefined {
  const [, whole = '', fraction = '', zone = ''] = /^([^.]+?)(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/i.exec(text) ?? [];
  const millis = Date.parse(`${whole}${zone}`);
  return Number.isNaN(millis) ? undefined : { seconds: millis / 1000, nanos: Number(fraction.padEnd(9, '0')) };
}

/** Unix milliseconds, NaN for what is no time. */
export function unixMs(text: string): number {
  const at = parse(text);
  return at === undefined ? Number.NaN : at.seconds * 1000 + at.nanos / 1e6;
}

/** later − earlier in milliseconds, exact to the nanosecond over spans of days. */
export function msBetween(earlier: string, later: string): number {
  const [a, b] = [parse(earlier), parse(later)];
  if (a === undefined || b === undefined) return Number.NaN;
  return (b.seconds - a.seconds) * 1000 + (b.nanos - a.nanos) / 1e6;
}

/** The local zone unless a test names one. */
const clockFormat = (timeZone?: string, extra: Intl.DateTimeFormatOptions = {}): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit', timeZone, ...extra });

export type When = string | number;
const toMs = (when: When): number => (typeof when === 'number' ? when : unixMs(when));

/** 10:03:20 */
export function clockTime(when: When, timeZone?: string): string {
  const ms = toMs(when);
  return Number.isNaN(ms) ? '–' : clockFormat(timeZone).format(ms);
}

/** 10:03:20.123 */
export function clockTimeMs(when: When, timeZone?: string): string {
  const ms = toMs(when);
  return Number.isNaN(ms) ? '–' : clockFormat(timeZone, { fractionalSecondDigits: 3 }).format(ms);
}

/** 20 Nov, 10:03:20 */
export function dateTime(when: When, timeZone?: string): string {
  const ms = toMs(when);
  return Number.isNaN(ms) ? '–' : clockFormat(timeZone, { day: 'numeric', month: 'short' }).format(ms);
}

/** The day is said once, and only where it is not today: "10:03:20 – 10:04:40". */
export function timeSpan(from: When, to: When, nowMs: number, timeZone?: string): string {
  const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone });
  const days = [from, to, nowMs].map((when) => (Number.isNaN(toMs(when)) ? '' : day.format(toMs(when))));
  const isToday = days[0] === days[2];
  const begin = isToday ? clockTime(from, timeZone) : dateTime(from, timeZone);
  return `${begin} – ${days[0] === days[1] ? clockTime(to, timeZone) : dateTime(to, timeZone)}`;
}

/** "12 s ago"; the coming is "now", clocks differ a little. */
export function ago(when: When, nowMs: number): string {
  const seconds = Math.round((nowMs - toMs(when)) / 1000);
  if (Number.isNaN(seconds)) return '–';
  if (seconds < 2) return 'now';
  if (seconds < 120) return `${seconds} s ago`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min ago`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h ago` : `${Math.round(seconds / 86_400)} d ago`;
}
