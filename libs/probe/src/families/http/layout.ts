/** One served request. */
import { TS } from '../../ring/record-layout.ts';
import type { RecordLayout } from '../../ring/record-layout.ts';

export const HTTP_REQUEST = {
  struct: 'http_request',
  kind: 1,
  sizeBytes: 240,
  shortBytes: 144,
  fields: {
    ts: TS,
    duration_ns: { offset: 16, storage: 'u64' },
    goid: { offset: 24, storage: 'u64' },
    trace_id: { offset: 32, storage: 'bytes16' },
    span_id: { offset: 48, storage: 'bytes8' },
    parent_span_id: { offset: 56, storage: 'bytes8' },
    trace_source: { offset: 64, storage: 'u8' },
    end: { offset: 65, storage: 'u8' },
    method_length: { offset: 66, storage: 'u8' },
    path_length: { offset: 67, storage: 'u8' },
    pattern_length: { offset: 68, storage: 'u8' },
    method: { offset: 72, storage: 'bytes8', textLength: 66 },
    path: { offset: 80, storage: 'bytes64', textLength: 67 },
    pattern: { offset: 144, storage: 'bytes96', textLength: 68 },
  },
} as const satisfies RecordLayout;
