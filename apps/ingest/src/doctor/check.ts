/** One line of the doctor: it is well, or how to mend it. Pure. */
import { MapscopeError } from '@mapscope/events';

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** what was found; where it is not well, how to mend it, too */
  readonly says: string;
}

export const well = (name: string, says: string): Check => ({ name, ok: true, says });
export const unwell = (name: string, says: string): Check => ({ name, ok: false, says });

export function fromError(name: string, error: unknown): Check {
  if (error instanceof MapscopeError) return unwell(name, error.message.split('\n')[0] ?? error.code);
  throw error;
}

export function renderChecks(checks: readonly Check[]): readonly string[] {
  const width = Math.max(...checks.map(({ name }) => name.length));
  return checks.map(({ name, ok, says }) => `${ok ? 'ok    ' : 'not ok'}  ${name.padEnd(width)}  ${says}`);
}
