/**
 * From the recorder's entries to state changes of goroutines: each with the place where it parked, its true goid, and
 * told once. Pure.
 *
 *     park   g=A  stack 7            ─┐
 *     change g=A  running → waiting  ─┴─► one change, with stack 7
 *     change g=B  dead → runnable  ?  ◄┐
 *     change g=B  runnable → running  9 ┴─ the one born was 9: until Go 1.23 a g has its last goid while it is born
 */
import { GOROUTINE_STATES } from '@mapscope/events';
import { CRASH_HOOKS, PARK_HOOK } from './hooks.ts';
import type { FlightEntries } from './snapshot.ts';

export interface Changes {
  /** which entry it is, in the order of time */
  readonly entry: readonly number[];
  /** the entry that has the stack; undefined: none */
  readonly place: readonly (number | undefined)[];
  /** 0n: born just now under a Go version that does not tell yet who */
  readonly goid: readonly bigint[];
}

const { idle, dead, deadextra, running, waiting, syscall } = GOROUTINE_STATES;
const UNBORN: ReadonlySet<number> = new Set([idle, dead, deadextra]);

export const isCrash = (hook: number): boolean => hook in CRASH_HOOKS;

/** @param hasGoidAtBirth Go ≥ 1.24: newproc1 sets goid before it changes the state (runtime/proc.go) */
export function changesOf(entries: FlightEntries, hasGoidAtBirth: boolean): Changes {
  const changes: { entry: number[]; place: (number | undefined)[]; goid: bigint[] } = {
    entry: [],
    place: [],
    goid: [],
  };
  const parked = new Map<bigint, number>();
  const last = new Map<bigint, number>();
  const unborn = new Map<bigint, number[]>();
  const push = (entry: number, place: number | undefined, goid: bigint): void => {
    changes.entry.push(entry);
    changes.place.push(place);
    changes.goid.push(goid);
  };
  for (let entry = 0; entry < entries.rows; entry++) {
    const g = entries.g[entry] ?? 0n;
    const goid = entries.goid[entry] ?? 0n;
    const hook = entries.hook[entry] ?? 0;
    if (hook === PARK_HOOK) parked.set(g, entry);
    else if (isCrash(hook)) push(entry, entry, goid);
    else if (!isSameChange(entries, last.get(g), entry)) {
      last.set(g, entry);
      const place = isPark(entries, entry) ? parked.get(g) : undefined;
      parked.delete(g);
      if (UNBORN.has(entries.oldState[entry] ?? 0)) {
        unborn.set(g, [...(unborn.get(g) ?? []), changes.entry.length]);
        push(entry, place, hasGoidAtBirth ? goid : 0n);
        continue;
      }
      for (const row of unborn.get(g) ?? []) changes.goid[row] = goid;
      unborn.delete(g);
      push(entry, place, goid);
    }
  }
  return changes;
}

function isPark({ oldState, newState }: FlightEntries, entry: number): boolean {
  return oldState[entry] === running && newState[entry] === waiting;
}

/** reentersyscall and exitsyscall call casgstatus where their own attempt failed: the same change, seen twice. */
function isSameChange({ oldState, newState }: FlightEntries, before: number | undefined, entry: number): boolean {
  if (before === undefined || (oldState[entry] !== syscall && newState[entry] !== syscall)) return false;
  return oldState[before] === oldState[entry] && newState[before] === newState[entry];
}

/** monotonic nanoseconds, both included */
export interface Window {
  readonly from: bigint;
  readonly to: bigint;
  /** what is older says nothing of the window: the recorder was off between */
  readonly since: bigint;
}

/**
 * Rows of the changes within a window, and for each goroutine among them the one that led to the state in which the window
 * finds it: a wait of 20 ms that ends in a window of 3 ms shows its beginning.
 */
export function rowsWithin(entries: FlightEntries, changes: Changes, { from, to, since }: Window): readonly number[] {
  const time = (row: number): bigint => entries.ts[changes.entry[row] ?? 0] ?? 0n;
  const all = changes.entry.map((_, row) => row);
  const within = all.filter((row) => time(row) >= from && time(row) <= to);
  const missing = new Set(within.map((row) => changes.goid[row] ?? 0n));
  missing.delete(0n);
  const first = within[0] ?? 0;
  const before: number[] = [];
  for (let row = first - 1; row >= 0 && time(row) >= since && missing.size > 0; row--) {
    if (missing.delete(changes.goid[row] ?? 0n)) before.unshift(row);
  }
  return [...before, ...within];
}
