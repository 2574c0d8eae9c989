/** The table of the goroutine flight recorder, and what its numbers mean. */
import type { ColumnSpec } from './column.ts';
import { NAME, PROOF, TIME } from './common-columns.ts';

/**
 * runtime2.go, `_Gidle` …: the states of a goroutine. Go 1.26 added leaked (a collection found that nothing can ever wake
 * it) and deadextra (a thread made by C has it in store).
 */
export const GOROUTINE_STATES = {
  idle: 0,
  runnable: 1,
  running: 2,
  syscall: 3,
  waiting: 4,
  dead: 6,
  copystack: 8,
  preempted: 9,
  leaked: 10,
  deadextra: 11,
} as const;
export type GoroutineState = keyof typeof GOROUTINE_STATES;

/** What made the flight recorder be read. panic: one that nobody recovered. */
export const GOROUTINE_DUMPS = { request: 1, fatal: 2, throw: 3, panic: 4 } as const;
export type GoroutineDumpReason = keyof typeof GOROUTINE_DUMPS;

/** crash: no change of state, but where the goroutine was that ended the process. */
export const GOROUTINE_EVENT_KINDS = { change: 1, crash: 2 } as const;
export type GoroutineEventKind = keyof typeof GOROUTINE_EVENT_KINDS;

/**
 * State changes of goroutines, in dumps: (service, pid, dump_ts) names one. Before its window (dump_ts − 3.2 ms after a
 * crash) stand only those that led to the states in which the window finds its goroutines.
 */
export const GOROUTINE_EVENTS = [
  { name: 'ts', type: TIME },
  { name: 'service', type: NAME },
  { name: 'platform', type: NAME },
  /** when the process crashed, or the dump was asked for */
  { name: 'dump_ts', type: TIME },
  { name: 'dump_reason', type: 'UInt8' },
  /** from here to dump_ts no change is missing; later than the window's beginning: older ones were overwritten */
  { name: 'complete_from', type: TIME },
  { name: 'event', type: 'UInt8' },
  { name: 'pid', type: 'UInt32' },
  { name: 'tid', type: 'UInt32' },
  /** 0: not known yet (Go < 1.24, born right at the end) */
  { name: 'goid', type: 'UInt64' },
  { name: 'old_state', type: 'UInt8' },
  { name: 'new_state', type: 'UInt8' },
  /** as Go prints it in tracebacks; empty unless new_state is waiting */
  { name: 'wait_reason', type: NAME },
  /** where it parked, or crashed; 0: no stack */
  { name: 'stack', type: 'UInt64' },
  /** first frame that does more than wait: outside runtime, locks, timers, sockets and files */
  { name: 'function', type: NAME },
  { name: 'file', type: NAME },
  { name: 'line', type: 'UInt32' },
  { name: 'trace_id', type: 'FixedString(16)' },
  { name: 'span_id', type: 'FixedString(8)' },
  { name: 'binding', type: 'UInt8' },
  /** 1: this goroutine ended the process */
  { name: 'crashed', type: 'UInt8' },
  /** of a crash: whose stacks are known, and whose are not */
  { name: 'note', type: NAME },
  ...PROOF,
] as const satisfies readonly ColumnSpec[];
