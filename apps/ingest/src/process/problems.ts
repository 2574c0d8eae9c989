/** Problems that repeat while something is away: the first is logged at once, the rest counted and told now and then. */
import { MapscopeError } from '@mapscope/events';
import type { Reporter } from './reporter.ts';

const QUIET_MILLIS = 10_000;

/** One entry per error code at most, and codes are a closed list. */
export function throttledProblems(
  reporter: Reporter,
  doing: string,
  nowMillis: () => number = () => performance.now(),
): (error: Error) => void {
  const told = new Map<string, { atMillis: number; since: number }>();
  return (error) => {
    const code = error instanceof MapscopeError ? error.code : 'INTERNAL';
    const last = told.get(code);
    if (last !== undefined && nowMillis() - last.atMillis < QUIET_MILLIS) {
      last.since += 1;
      return;
    }
    const repeated = last === undefined || last.since === 0 ? {} : { repeated: last.since };
    told.set(code, { atMillis: nowMillis(), since: 0 });
    reporter.log('warn', `${doing}: ${code}: ${error.message}`, repeated);
  };
}
