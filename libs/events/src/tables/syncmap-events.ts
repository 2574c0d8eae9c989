/** Table syncmap_events: what is done to sync.Maps. */
import type { ColumnSpec } from './column.ts';
import { NAME, PROOF, TIME } from './common-columns.ts';

/** What a row of syncmap_events tells: operations counted over a window, or one dear thing that a sync.Map did. */
export const SYNCMAP_EVENT_KINDS = { count: 1, promotion: 2, copy: 3, range: 4 } as const;
export type SyncmapEventKind = keyof typeof SYNCMAP_EVENT_KINDS;

/** Store counts as swap, Delete as load_and_delete. miss and copy: inside sync.Map, until Go 1.23. */
export const SYNCMAP_OPS = {
  none: 0,
  load: 1,
  swap: 2,
  load_or_store: 3,
  load_and_delete: 4,
  compare_and_swap: 5,
  compare_and_delete: 6,
  range: 7,
  clear: 8,
  miss: 9,
  copy: 10,
} as const;
export type SyncmapOp = keyof typeof SYNCMAP_OPS;

/**
 * What is done to sync.Maps. kind count: ts = since when they were counted; else when it began. function, file, line: the
 * first frame outside runtime and sync, the line that uses the map.
 */
export const SYNCMAP_EVENTS = [
  { name: 'ts', type: TIME },
  { name: 'service', type: NAME },
  { name: 'platform', type: NAME },
  { name: 'kind', type: 'UInt8' },
  { name: 'op', type: 'UInt8' },
  /** 0: there were too many maps to tell them apart */
  { name: 'map_addr', type: 'UInt64' },
  { name: 'count', type: 'UInt64' },
  /** promotion, copy: entries moved; range: entries gone through, 0 where the map does not know (Go ≥ 1.24) */
  { name: 'entries', type: 'UInt64' },
  /** count: how long was counted; range: how long it took */
  { name: 'duration_ns', type: 'UInt64' },
  { name: 'function', type: NAME },
  { name: 'file', type: NAME },
  { name: 'line', type: 'UInt32' },
  /** count: of the first of them */
  { name: 'stack', type: 'UInt64' },
  { name: 'trace_id', type: 'FixedString(16)' },
  { name: 'span_id', type: 'FixedString(8)' },
  { name: 'binding', type: 'UInt8' },
  { name: 'pid', type: 'UInt32' },
  { name: 'goid', type: 'UInt64' },
  ...PROOF,
] as const satisfies readonly ColumnSpec[];
