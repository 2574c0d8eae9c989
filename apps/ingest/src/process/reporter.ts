/**
 * What a role tells: events for its starter, one JSON object a line on stdout; log lines for people on stderr.
 * An event is `{"event":"ready",…}`; a log line is `2026-01-02T03:04:05.678Z INFO  message {"fact":1}`.
 */
import { ERROR_CODES, MapscopeError } from '@mapscope/events';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type Facts = Readonly<Record<string, unknown>>;

export interface Reporter {
  readonly event: (event: string, facts?: Facts) => void;
  readonly log: (level: LogLevel, message: string, facts?: Facts) => void;
}

/** Where lines go; `nowMillis` is unix time. */
export interface ReporterNeeds {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
  readonly nowMillis: () => number;
  readonly lowest: LogLevel;
}

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const satisfies readonly LogLevel[];

export function makeReporter(needs: ReporterNeeds): Reporter {
  return {
    event: (event, facts = {}) => needs.out(toJson({ event, ...facts })),
    log: (level, message, facts = {}) => {
      if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(needs.lowest)) return;
      const time = new Date(needs.nowMillis()).toISOString();
      const tail = Object.keys(facts).length === 0 ? '' : ` ${toJson(facts)}`;
      needs.err(`${time} ${level.toUpperCase().padEnd(5)} ${message}${tail}`);
    },
  };
}

/** Counts are bigint here and there; JSON has numbers. Beyond 2^53 they go as text rather than wrong. */
function toJson(value: Facts): string {
  return JSON.stringify(value, (_key, field: unknown) => {
    if (typeof field === 'bigint') return Number.isSafeInteger(Number(field)) ? Number(field) : field.toString();
    return field instanceof Error ? field.message : field;
  });
}

/** Tells why a role failed, and returns the exit status that says so, too. */
export function reportFailure(reporter: Reporter, error: unknown): number {
  if (error instanceof MapscopeError) {
    reporter.event('error', { code: error.code, message: error.message, facts: error.facts });
    reporter.log('error', `${error.code}: ${error.message}`);
    return ERROR_CODES[error.code].exit;
  }
  const message = error instanceof Error ? error.message : String(error);
  reporter.event('error', { code: 'INTERNAL', message });
  // An error without a code is a mistake of ours: its stack is what helps.
  reporter.log('error', `INTERNAL: ${error instanceof Error ? (error.stack ?? message) : message}`);
  return ERROR_CODES.INTERNAL.exit;
}
