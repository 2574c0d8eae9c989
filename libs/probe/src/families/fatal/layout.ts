/** A fatal error, a throw or a panic. */
import { TS } from '../../ring/record-layout.ts';
import type { RecordLayout } from '../../ring/record-layout.ts';

export const PROBE_EVENT = {
  struct: 'probe_event',
  kind: 4,
  sizeBytes: 168,
  fields: {
    ts: TS,
    goid: { offset: 16, storage: 'u64' },
    caller_pc: { offset: 24, storage: 'u64' },
    trace_id: { offset: 32, storage: 'bytes16' },
    span_id: { offset: 48, storage: 'bytes8' },
    stack: { offset: 56, storage: 'i32' },
    event: { offset: 60, storage: 'u8' },
    binding: { offset: 61, storage: 'u8' },
    message_length: { offset: 62, storage: 'u8' },
    message: { offset: 64, storage: 'bytes96', textLength: 62 },
    type_address: { offset: 160, storage: 'u64' },
  },
} as const satisfies RecordLayout;
