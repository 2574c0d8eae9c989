/** `15m`, `2h`, `now-1h`, RFC 3339 and unix milliseconds as the API takes a moment. Pure. */
import { parseSpanNanos, parseTimePoint } from '@mapscope/contract';
import { MapscopeError, textOption } from '@mapscope/events';

const SPAN = /^\d+(ms|s|m|h|d|w)$/;
const HOW = 'give 15m, 2h, 1d, a time as 2026-11-20T10:03:00Z, or now-15m';

/** The text the API reads; a span alone means so long ago. Resolved there, by its clock. */
export function moment(flag: string, text: string): string {
  const written = SPAN.test(text) ? `now-${text}` : text;
  try {
    parseTimePoint(written);
    return written;
  } catch (error) {
    if (!(error instanceof MapscopeError)) throw error;
    throw new MapscopeError('CONFIG_INVALID', `${flag} "${text.slice(0, 64)}" is not a time: ${HOW}`, { cause: error });
  }
}

export function spanSeconds(flag: string, text: string, least: number): number {
  const seconds = SPAN.test(text) ? Number(parseSpanNanos(text)) / 1e9 : Number.NaN;
  if (seconds >= least) return seconds;
  throw new MapscopeError(
    'CONFIG_INVALID',
    `${flag} "${text.slice(0, 64)}" is not allowed: give a span of at least ${least}s, as in 30s, 5m, 2h`,
  );
}

export const SINCE = textOption({
  flag: 'since',
  describe: 'begin: a span back from now (15m, 2h) or a time (2026-11-20T10:03:00Z)',
  default: '15m',
});
export const UNTIL = textOption({ flag: 'until', describe: 'end, likewise; now when not given', default: undefined });

export const windowOf = ({ since, until }: { readonly since: string; readonly until: string | undefined }) => ({
  from: moment('--since', since),
  to: until === undefined ? undefined : moment('--until', until),
});
