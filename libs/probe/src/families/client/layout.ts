/** One round trip of an HTTP client. */
import { TS } from '../../ring/record-layout.ts';
import type { RecordLayout } from '../../ring/record-layout.ts';

export const CLIENT_REQUEST = {
  struct: 'client_request',
  kind: 7,
  sizeBytes: 136,
  fields: {
    ts: TS,
    duration_ns: { offset: 16, storage: 'u64' },
    goid: { offset: 24, storage: 'u64' },
    trace_id: { offset: 32, storage: 'bytes16' },
    span_id: { offset: 48, storage: 'bytes8' },
    status: { offset: 56, storage: 'u16' },
    error: { offset: 58, storage: 'u8' },
    binding: { offset: 59, storage: 'u8' },
    method_length: { offset: 60, storage: 'u8' },
    host_length: { offset: 61, storage: 'u8' },
    method: { offset: 64, storage: 'bytes8', textLength: 60 },
    host: { offset: 72, storage: 'bytes64', textLength: 61 },
  },
} as const satisfies RecordLayout;
