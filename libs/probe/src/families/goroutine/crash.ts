/** What the recorder noted when the process ended, and the sentence that says whose stacks are known. Pure. */
import type { GoroutineDumpReason } from '@mapscope/events';
import { CRASH_HOOKS } from './hooks.ts';
import { FLIGHT_CRASH } from './layout.ts';

export interface FlightCrash {
  readonly reason: GoroutineDumpReason;
  /** monotonic */
  readonly at: bigint;
  /** 0n: the runtime's own work, of no goroutine */
  readonly goid: bigint;
  /** of a fatal error or throw, at most 64 bytes of it */
  readonly text: string;
}

/** undefined: it has not crashed */
export function readCrash(value: Uint8Array): FlightCrash | undefined {
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  const at = view.getBigUint64(FLIGHT_CRASH.ts, true);
  if (at === 0n) return undefined;
  const reason = Object.entries(CRASH_HOOKS).find(([hook]) => Number(hook) === view.getUint32(FLIGHT_CRASH.hook, true));
  const length = Math.min(value[FLIGHT_CRASH.text_length] ?? 0, FLIGHT_CRASH.sizeBytes - FLIGHT_CRASH.text);
  const text = new TextDecoder().decode(value.subarray(FLIGHT_CRASH.text, FLIGHT_CRASH.text + length));
  return { reason: reason?.[1] ?? 'fatal', at, goid: view.getBigUint64(FLIGHT_CRASH.goid, true), text };
}

/** Who else used the same map, as family map saw it before the crash. */
export interface MapConflict {
  readonly goid: bigint;
  /** name of the other's stack in table stacks */
  readonly stack: bigint;
}

/** The hook for family map: what it knows of the goroutine that crashed. */
export type FindConflict = (crashedGoid: bigint) => MapConflict | undefined;

/** runtime/map*.go, internal/runtime/maps: "concurrent map writes", "concurrent map read and map write", and others. */
const MAP_CRASH = /^concurrent map /;

export function crashNote({ text }: Pick<FlightCrash, 'text'>, conflict: MapConflict | undefined): string {
  if (!MAP_CRASH.test(text)) return '';
  if (conflict !== undefined) {
    const stack = conflict.stack.toString(16).padStart(16, '0');
    return `both stacks are known: this one, and ${stack} of goroutine ${conflict.goid}, which used the same map`;
  }
  return 'only the stack of the goroutine that crashed is known: family map was not on, or did not see who else was there';
}
