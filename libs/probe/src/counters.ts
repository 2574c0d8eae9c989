/** The kernel side's own counts: exact, per CPU, only ever growing. Pure. */
import { byRingKind, LAYOUTS } from './families/layouts.ts';
import type { RingKind } from './families/layouts.ts';
import { COUNTERS } from './ring/record-layout.ts';

/** What went wrong in the kernel, counted since the start. All zero on a healthy target. */
export interface ProbeHealth {
  /** goroutines, waits, open spans and others that found no room */
  readonly mapFull: bigint;
  /** stacks that could not be kept; their events came without one */
  readonly stackFailed: bigint;
  /** goroutines that were not "running" where they must be, or SDK spans that cannot be any: the offsets are wrong here */
  readonly selftestFailed: bigint;
  /** requests with so many headers that they were not all searched for traceparent: their trace ids were made here */
  readonly headersUnread: bigint;
}

export interface KernelCounts {
  readonly submitted: Readonly<Record<RingKind, bigint>>;
  readonly lost: Readonly<Record<RingKind, bigint>>;
  readonly health: ProbeHealth;
}

/** @param value one struct counters per possible CPU, as a lookup in a per-CPU array gives them */
export function sumCounters(value: Uint8Array): KernelCounts {
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  const sum = (offset: number): bigint => {
    let total = 0n;
    for (let at = offset; at < value.length; at += COUNTERS.sizeBytes) total += view.getBigUint64(at, true);
    return total;
  };
  const byKind = (base: number): Readonly<Record<RingKind, bigint>> =>
    byRingKind((kind) => sum(base + 8 * LAYOUTS[kind].kind));
  return {
    submitted: byKind(COUNTERS.submitted),
    lost: byKind(COUNTERS.lost),
    health: {
      mapFull: sum(COUNTERS.mapFull),
      stackFailed: sum(COUNTERS.stackFailed),
      selftestFailed: sum(COUNTERS.selftestFailed),
      headersUnread: sum(COUNTERS.headersUnread),
    },
  };
}

/** /sys/devices/system/cpu/possible: "0-7", "0", "0,2-3". Per-CPU values come for every possible CPU, even absent ones. */
export function possibleCpus(text: string): number {
  const numbers = text.match(/\d+/g) ?? ['0'];
  return Math.max(...numbers.map(Number)) + 1;
}
