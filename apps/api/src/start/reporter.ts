/** Events for whoever started us: one JSON object a line on stdout. What went wrong, for people: stderr. */
import { ERROR_CODES, MapscopeError } from '@mapscope/events';
import type { Log } from '../ports.ts';

type Facts = Readonly<Record<string, unknown>>;

export function tell(event: string, facts: Facts = {}): void {
  process.stdout.write(`${JSON.stringify({ event, ...facts })}\n`);
}

export const logLine: Log = ({ event, ...facts }) => {
  process.stderr.write(`${new Date().toISOString()} ${event} ${JSON.stringify(facts)}\n`);
};

/** Tells why the api does not run, and returns the exit status that says so, too. */
export function tellFailure(error: unknown): number {
  if (error instanceof MapscopeError) {
    tell('error', { code: error.code, message: error.message, facts: error.facts });
    process.stderr.write(`${error.code}: ${error.message}\n`);
    return ERROR_CODES[error.code].exit;
  }
  const message = error instanceof Error ? error.message : String(error);
  tell('error', { code: 'INTERNAL', message });
  process.stderr.write(`INTERNAL: ${error instanceof Error ? (error.stack ?? message) : message}\n`);
  return ERROR_CODES.INTERNAL.exit;
}
