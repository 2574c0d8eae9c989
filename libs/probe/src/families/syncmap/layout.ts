/** What was done to a sync.Map. The kernel writes single events; counts are given this shape by counts.ts. */
import { TS } from '../../ring/record-layout.ts';
import type { RecordLayout } from '../../ring/record-layout.ts';

export const SYNCMAP_EVENT = {
  struct: 'syncmap_event',
  kind: 9,
  sizeBytes: 96,
  fields: {
    ts: TS,
    duration_ns: { offset: 16, storage: 'u64' },
    count: { offset: 24, storage: 'u64' },
    map_address: { offset: 32, storage: 'u64' },
    entries: { offset: 40, storage: 'u64' },
    goid: { offset: 48, storage: 'u64' },
    trace_id: { offset: 56, storage: 'bytes16' },
    span_id: { offset: 72, storage: 'bytes8' },
    caller_pc: { offset: 80, storage: 'u64' },
    stack: { offset: 88, storage: 'i32' },
    op: { offset: 92, storage: 'u8' },
    event: { offset: 93, storage: 'u8' },
    binding: { offset: 94, storage: 'u8' },
  },
} as const satisfies RecordLayout;
