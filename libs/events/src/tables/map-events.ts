/** Table map_events: what is done to maps. */
import type { ColumnSpec } from './column.ts';
import { NAME, PROOF, TIME } from './common-columns.ts';

/** What a row of map_events tells: operations counted over a window, one write of several, two at a time, … */
export const MAP_EVENT_KINDS = { count: 1, write: 2, conflict: 3, growth: 4, guard: 5 } as const;
export type MapEventKind = keyof typeof MAP_EVENT_KINDS;

/** m[k]; v, ok := m[k]; m[k] = v; delete; clear; range; a step of range; maps.Clone. */
export const MAP_OPS = {
  none: 0,
  access: 1,
  access2: 2,
  assign: 3,
  delete: 4,
  clear: 5,
  iterate: 6,
  iterate_next: 7,
  clone: 8,
} as const;
export type MapOp = keyof typeof MAP_OPS;

/**
 * What is done to maps. kind count, guard: ts = since when they were counted; else when it happened. function, file,
 * line: the first frame outside the runtime, the line that uses the map.
 */
export const MAP_EVENTS = [
  { name: 'ts', type: TIME },
  { name: 'service', type: NAME },
  { name: 'platform', type: NAME },
  { name: 'kind', type: 'UInt8' },
  { name: 'op', type: 'UInt8' },
  /** 0: several maps together, see maps */
  { name: 'map_addr', type: 'UInt64' },
  /** "map[string]int"; empty where it was made at run time */
  { name: 'map_type', type: NAME },
  /** kind of key, and of a string how long: never the key */
  { name: 'key_class', type: NAME },
  /** operations; of a write that was picked out: how many it stands for */
  { name: 'count', type: 'UInt64' },
  { name: 'maps', type: 'UInt32' },
  /** count, guard: how long was counted; conflict: how long the other's write had been under way */
  { name: 'window_ns', type: 'UInt64' },
  { name: 'function', type: NAME },
  { name: 'file', type: NAME },
  { name: 'line', type: 'UInt32' },
  { name: 'stack', type: 'UInt64' },
  { name: 'trace_id', type: 'FixedString(16)' },
  { name: 'span_id', type: 'FixedString(8)' },
  { name: 'binding', type: 'UInt8' },
  { name: 'pid', type: 'UInt32' },
  { name: 'goid', type: 'UInt64' },
  /** conflict: the runtime's own writing flag was set, so it would have noticed too */
  { name: 'flag_seen', type: 'UInt8' },
  /** conflict: the writer that was inside; 0 where only its flag was seen */
  { name: 'other_op', type: 'UInt8' },
  { name: 'other_goid', type: 'UInt64' },
  { name: 'other_trace_id', type: 'FixedString(16)' },
  { name: 'other_stack', type: 'UInt64' },
  { name: 'other_function', type: NAME },
  { name: 'other_file', type: NAME },
  { name: 'other_line', type: 'UInt32' },
  /** guard: the lock that the goroutine had waited for just before; address as in lock_waits, site of that wait */
  { name: 'lock_kind', type: 'UInt8' },
  { name: 'lock_addr', type: 'UInt64' },
  { name: 'lock_function', type: NAME },
  { name: 'lock_file', type: NAME },
  { name: 'lock_line', type: 'UInt32' },
  /** growth: entries before it, and the slots of the map (classic) or of the table in it (Swiss) */
  { name: 'entries', type: 'UInt64' },
  { name: 'old_slots', type: 'UInt32' },
  { name: 'new_slots', type: 'UInt32' },
  ...PROOF,
] as const satisfies readonly ColumnSpec[];
