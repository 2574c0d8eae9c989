/** Which map does a lock guard? The one that goroutines used right after they had waited for it (map_events, kind guard). */
import type { Candidate } from '../answer.ts';
import type { MapGuard } from '../evidence.ts';

/** Fewer uses than this are a coincidence. */
const MIN_USES = 3;

export function guardedBy(locks: readonly string[], guards: readonly MapGuard[]): Pick<Candidate, 'guards'> {
  const mine = guards.filter(({ lockAddress }) => locks.includes(lockAddress));
  const total = mine.reduce((sum, { count }) => sum + count, 0);
  const [most] = mine.toSorted((a, b) => b.count - a.count);
  return most === undefined || most.count < MIN_USES
    ? {}
    : { guards: { mapType: most.mapType, site: most.site, share: most.count / total } };
}
