import { MapscopeError } from './errors.ts';
import type { ErrorFacts } from './errors.ts';

/** The error of everything that reads or writes batch bytes. `problem` says what is wrong and how to mend it. */
export function malformed(problem: string, facts: ErrorFacts = {}): MapscopeError {
  return new MapscopeError('BATCH_MALFORMED', problem, { facts });
}
