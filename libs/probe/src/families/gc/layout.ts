/** Something the garbage collector took time for. */
import { TS } from '../../ring/record-layout.ts';
import type { RecordLayout } from '../../ring/record-layout.ts';

export const GC_EVENT = {
  struct: 'gc_event',
  kind: 8,
  sizeBytes: 64,
  fields: {
    ts: TS,
    duration_ns: { offset: 16, storage: 'u64' },
    goid: { offset: 24, storage: 'u64' },
    trace_id: { offset: 32, storage: 'bytes16' },
    span_id: { offset: 48, storage: 'bytes8' },
    cycle: { offset: 56, storage: 'u32' },
    event: { offset: 60, storage: 'u8' },
    binding: { offset: 61, storage: 'u8' },
    reason: { offset: 62, storage: 'u8' },
  },
} as const satisfies RecordLayout;
