/**
 * Which waits did a request stand still for? Its own (binding exact). And, where it waited for a WaitGroup, those of the
 * goroutine whose Done ended that wait: it was the last to finish, so what held it up held up the request. What the others
 * waited for ran beside it.
 *
 *     request          ├──── Wait ─────────────┤   woken by goroutine 9
 *     goroutine 8   ├── lock ──┤·Done
 *     goroutine 9   ├──────── lock ────┤·····Done
 *     counted          ├── lock of 9 ──┤
 */
import type { WaitColumns } from '../evidence.ts';
import type { Matched } from './match.ts';

/** A goroutine that waits for a group in a group that a request waits for …: so deep at most. */
const MAX_DEPTH = 8;

export interface CriticalPath {
  /** `from` and `to` of inherited waits that count are cut to the wait for the group */
  readonly matched: Matched;
  /** per wait: 1, the request's own; 2, of the goroutine it waited for; 0, beside it */
  readonly counts: Uint8Array;
}

export function criticalPath(waits: WaitColumns, matched: Matched): CriticalPath {
  const counts = new Uint8Array(waits.count);
  const groups: number[] = [];
  for (let w = 0; w < waits.count; w += 1) {
    if (waits.bindings[w] !== 'exact') continue;
    counts[w] = 1;
    if (waits.lockKinds[w] === 'waitgroup' && (matched.request[w] ?? -1) >= 0) groups.push(w);
  }
  const { goroutines } = waits;
  if (groups.length === 0 || goroutines === undefined) return { matched, counts };
  const path = { matched: { ...matched, from: matched.from.slice(), to: matched.to.slice() }, counts };
  const inherited = inheritedByGoroutine(waits, matched);
  let depth = 0;
  for (let level: readonly number[] = groups; level.length > 0 && depth < MAX_DEPTH; depth += 1)
    level = level.flatMap((group) => {
      const key = keyOf(matched.request[group] ?? -1, goroutines.holders[group] ?? 0);
      return countInside(path, group, inherited.get(key) ?? []).filter((w) => waits.lockKinds[w] === 'waitgroup');
    });
  return path;
}

const keyOf = (request: number, goid: number): string => `${request} ${goid}`;

function inheritedByGoroutine(waits: WaitColumns, matched: Matched): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>();
  for (let w = 0; w < waits.count; w += 1) {
    const request = matched.request[w] ?? -1;
    if (request < 0 || waits.bindings[w] !== 'inherited') continue;
    const key = keyOf(request, waits.goroutines?.waiters[w] ?? 0);
    const known = found.get(key);
    if (known === undefined) found.set(key, [w]);
    else known.push(w);
  }
  return found;
}

/** Those of `candidates` that lie in the wait for the group, and were not counted yet. */
function countInside(
  { matched, counts }: CriticalPath,
  group: number,
  candidates: readonly number[],
): readonly number[] {
  const [begin, end] = [matched.from[group] ?? 0, matched.to[group] ?? 0];
  return candidates.filter((w) => {
    const from = Math.max(begin, matched.from[w] ?? 0);
    const to = Math.min(end, matched.to[w] ?? 0);
    if (to <= from || counts[w] !== 0) return false;
    counts[w] = 2;
    matched.from[w] = from;
    matched.to[w] = to;
    return true;
  });
}
