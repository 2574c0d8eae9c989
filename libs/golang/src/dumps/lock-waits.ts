/**
 * Who waits for a lock, where, and who may hold it. Go keeps no owner of a lock, so a dump cannot say who holds one:
 * candidates are a guess from names (a goroutine within a method of the same receiver that does not wait itself), and
 * weaker evidence than a measured hold. Pure.
 */
import type { DumpedGoroutine, DumpFrame } from './goroutine-dump.ts';
import { longestWait, placeOf } from './groups.ts';
import { calledOperation, scopeOf, userFrame } from './user-frame.ts';

export interface HolderGuess {
  readonly at: DumpFrame;
  readonly state: string;
  readonly count: number;
  readonly goids: readonly number[];
  /** its method was called on the very object whose method waits: a better guess, still one */
  readonly hasSameReceiver: boolean;
}

export interface LockWaitSite {
  /** sync.(*Mutex).Lock, sync.(*RWMutex).RLock, … */
  readonly operation: string;
  readonly at: DumpFrame;
  readonly count: number;
  readonly longestWaitMinutes: number;
  readonly goids: readonly number[];
  /** addresses of the locks as far as Go printed them for certain; several: the same line, other objects */
  readonly locks: readonly string[];
  /** always a guess, the better ones first; empty: nobody fits, so the holder may be on any other line */
  readonly holderGuesses: readonly HolderGuess[];
}

const MAX_LISTED = 5;
/** Go 1.19 says "semacquire", of a WaitGroup too; so what was called decides. A sync.Once waits at its mutex as well. */
const LOCKING = /^sync\.\(\*(?:Mutex\)\.Lock|RWMutex\)\.R?Lock)$/;
const WAITING = /^(?:semacquire|sync\.Mutex\.Lock|sync\.RWMutex\.R?Lock)$/;

interface Waiter {
  readonly goroutine: DumpedGoroutine;
  readonly operation: string;
  readonly at: DumpFrame;
}

/** Most waiters first. */
export function lockWaits(goroutines: readonly DumpedGoroutine[]): readonly LockWaitSite[] {
  const waiters = goroutines.flatMap(waiterOf);
  const waiting = new Set(waiters.map(({ goroutine }) => goroutine));
  const free = byScope(goroutines.filter((goroutine) => !waiting.has(goroutine)));
  const stuck = byScope(waiters.map(({ goroutine }) => goroutine));
  const sites = Map.groupBy(waiters, ({ operation, at }) => `${operation} ${placeOf(at)}`);
  return [...sites.values()]
    .flatMap((members) => siteOf(members, [free, stuck]))
    .toSorted((a, b) => b.count - a.count || b.longestWaitMinutes - a.longestWaitMinutes);
}

function waiterOf(goroutine: DumpedGoroutine): readonly Waiter[] {
  if (!WAITING.test(goroutine.state)) return [];
  const { frames } = goroutine;
  const at = userFrame(frames);
  const called = frames.slice(
    0,
    frames.findIndex((frame) => frame === at),
  );
  if (at === undefined || !called.some((frame) => LOCKING.test(frame.function))) return [];
  return [{ goroutine, operation: calledOperation(frames), at }];
}

interface Inside {
  readonly goroutine: DumpedGoroutine;
  readonly at: DumpFrame;
}
type Scopes = ReadonlyMap<string, readonly Inside[]>;

/** Each goroutine once a scope, at the innermost frame of it. */
function byScope(goroutines: readonly DumpedGoroutine[]): Scopes {
  const scopes = new Map<string, Inside[]>();
  for (const goroutine of goroutines) {
    const seen = new Set<string>();
    for (const at of goroutine.frames) {
      const scope = scopeOf(at.function);
      if (seen.has(scope)) continue;
      seen.add(scope);
      const inside = scopes.get(scope);
      if (inside === undefined) scopes.set(scope, [{ goroutine, at }]);
      else inside.push({ goroutine, at });
    }
  }
  return scopes;
}

function siteOf(members: readonly Waiter[], [free, stuck]: readonly [Scopes, Scopes]): readonly LockWaitSite[] {
  const [first] = members;
  if (first === undefined) return [];
  const goroutines = members.map(({ goroutine }) => goroutine);
  const scope = scopeOf(first.at.function);
  // One that waits may hold this lock too, where it waits for another one further in.
  const elsewhere = (stuck.get(scope) ?? []).filter(({ goroutine, at }) => userFrame(goroutine.frames) !== at);
  const receivers = new Set(members.flatMap(({ at }) => firstArgument(at)));
  return [
    {
      operation: first.operation,
      at: first.at,
      count: members.length,
      longestWaitMinutes: longestWait(goroutines),
      goids: goroutines.slice(0, MAX_LISTED).map(({ goid }) => goid),
      locks: [...new Set(goroutines.flatMap(lockAddress))].slice(0, MAX_LISTED),
      holderGuesses: guesses([...(free.get(scope) ?? []), ...elsewhere], receivers),
    },
  ];
}

function guesses(inside: readonly Inside[], receivers: ReadonlySet<string>): readonly HolderGuess[] {
  const same = ({ at }: Inside): boolean => firstArgument(at).some((address) => receivers.has(address));
  const places = Map.groupBy(inside, (one) => `${one.goroutine.state} ${same(one)} ${placeOf(one.at)}`);
  return (
    [...places.values()]
      .flatMap((members) =>
        members.slice(0, 1).map((one) => ({
          at: one.at,
          state: one.goroutine.state,
          count: members.length,
          goids: members.slice(0, MAX_LISTED).map(({ goroutine }) => goroutine.goid),
          hasSameReceiver: same(one),
        })),
      )
      // A lock has one writer: of two places the one with fewer goroutines is likelier.
      .toSorted((a, b) => Number(b.hasSameReceiver) - Number(a.hasSameReceiver) || a.count - b.count)
      .slice(0, MAX_LISTED)
  );
}

/** lockSlow's receiver is the mutex, in place since its first instruction. */
const lockAddress = ({ frames }: DumpedGoroutine): readonly string[] =>
  frames.filter((frame) => frame.function.endsWith('(*Mutex).lockSlow')).flatMap(firstArgument);

/** A value with "?" may be an old one (traceback.go, printArgs); "..." is of an inlined call. */
const firstArgument = ({ function: name, arguments: values }: DumpFrame): readonly string[] => {
  const address = /^0x[0-9a-f]{6,}(?=,|$)/.exec(values)?.[0];
  return address === undefined || !name.includes('(*') ? [] : [address];
};
