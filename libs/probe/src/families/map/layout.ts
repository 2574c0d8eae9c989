/** What happened to a map. The kernel writes single events; counts and guards are given this shape by counts.ts. */
import { MAP_EVENT_KINDS } from '@mapscope/events';
import { TS } from '../../ring/record-layout.ts';
import type { RecordLayout } from '../../ring/record-layout.ts';

export const MAP_EVENT = {
  struct: 'map_event',
  kind: 10,
  sizeBytes: 320,
  shortBytes: 160,
  fields: {
    ts: TS,
    map: { offset: 16, storage: 'u64' },
    type: { offset: 24, storage: 'u64' },
    caller_pc: { offset: 32, storage: 'u64' },
    goid: { offset: 40, storage: 'u64' },
    count: { offset: 48, storage: 'u64' },
    window_ns: { offset: 56, storage: 'u64' },
    sema_address: { offset: 64, storage: 'u64' },
    entries: { offset: 72, storage: 'u64' },
    other_goid: { offset: 80, storage: 'u64' },
    other_caller_pc: { offset: 88, storage: 'u64' },
    trace_id: { offset: 96, storage: 'bytes16' },
    span_id: { offset: 112, storage: 'bytes8' },
    other_trace_id: { offset: 120, storage: 'bytes16' },
    old_slots: { offset: 136, storage: 'u32' },
    new_slots: { offset: 140, storage: 'u32' },
    maps: { offset: 144, storage: 'u32' },
    stack: { offset: 148, storage: 'i32' },
    kind: { offset: 152, storage: 'u8' },
    op: { offset: 153, storage: 'u8' },
    other_op: { offset: 154, storage: 'u8' },
    key_function: { offset: 155, storage: 'u8' },
    length_class: { offset: 156, storage: 'u8' },
    flag_seen: { offset: 157, storage: 'u8' },
    binding: { offset: 158, storage: 'u8' },
    other_stack: { offset: 160, storage: 'bytes160', onlyWhere: { offset: 152, is: MAP_EVENT_KINDS.conflict } },
  },
} as const satisfies RecordLayout;
