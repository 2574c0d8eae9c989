/** Table gc_events, filled by the probe family gc, and its words. */
import type { ColumnSpec } from './column.ts';
import { NAME, PROOF, TIME } from './common-columns.ts';

/** What the garbage collector took time for: a whole cycle, a goroutine's help with marking, a stop of all goroutines. */
export const GC_EVENT_KINDS = { cycle: 1, assist: 2, stop_the_world: 3 } as const;
export type GcEventKind = keyof typeof GC_EVENT_KINDS;

/** What the garbage collector took time for. ts = when it began. */
export const GC_EVENTS = [
  { name: 'ts', type: TIME },
  { name: 'service', type: NAME },
  { name: 'platform', type: NAME },
  { name: 'kind', type: 'UInt8' },
  /** of a stop, in the runtime's words ("GC mark termination", "goroutine profile", …); else empty */
  { name: 'reason', type: NAME },
  { name: 'duration_ns', type: 'UInt64' },
  /** counted from 1 since the probes were attached: joins assists and stops with their cycle; 0: in none */
  { name: 'cycle', type: 'UInt32' },
  /** of an assist: who paid for it */
  { name: 'trace_id', type: 'FixedString(16)' },
  { name: 'span_id', type: 'FixedString(8)' },
  { name: 'binding', type: 'UInt8' },
  { name: 'pid', type: 'UInt32' },
  /** who started the cycle, helped, or stopped the world */
  { name: 'goid', type: 'UInt64' },
  ...PROOF,
] as const satisfies readonly ColumnSpec[];
