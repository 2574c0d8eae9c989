/** For tests: entries of the flight recorder in a few words each. */
import { GOROUTINE_STATES } from '@mapscope/events';
import type { GoroutineState } from '@mapscope/events';
import type { FlightEntries } from './snapshot.ts';

export interface Entry {
  readonly ts: number;
  readonly g?: number;
  readonly goid?: number;
  /** 90: a change */
  readonly hook?: number;
  readonly from?: GoroutineState;
  readonly to?: GoroutineState;
  readonly stack?: number;
  readonly reason?: number;
}

export function entriesOf(all: readonly Entry[]): FlightEntries {
  return {
    rows: all.length,
    ts: BigUint64Array.from(all, ({ ts }) => BigInt(ts)),
    g: BigUint64Array.from(all, ({ g = 1 }) => BigInt(g)),
    goid: BigUint64Array.from(all, ({ goid = 0 }) => BigInt(goid)),
    callerPc: new BigUint64Array(all.length),
    stack: Int32Array.from(all, ({ stack = -1 }) => stack),
    tid: new Uint32Array(all.length),
    hook: Uint8Array.from(all, ({ hook = 90 }) => hook),
    reason: Uint8Array.from(all, ({ reason = 0 }) => reason),
    oldState: Uint8Array.from(all, ({ from = 'running' }) => GOROUTINE_STATES[from]),
    newState: Uint8Array.from(all, ({ to = 'running' }) => GOROUTINE_STATES[to]),
  };
}
