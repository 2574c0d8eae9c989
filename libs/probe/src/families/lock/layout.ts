/** One time a goroutine parked on a semaphore. */
import { TS } from '../../ring/record-layout.ts';
import type { RecordLayout } from '../../ring/record-layout.ts';

export const LOCK_WAIT = {
  struct: 'lock_wait',
  kind: 2,
  sizeBytes: 112,
  fields: {
    ts: TS,
    wait_ns: { offset: 16, storage: 'u64' },
    sched_ns: { offset: 24, storage: 'u64' },
    sema_address: { offset: 32, storage: 'u64' },
    waiter_goid: { offset: 40, storage: 'u64' },
    holder_goid: { offset: 48, storage: 'u64' },
    trace_id: { offset: 56, storage: 'bytes16' },
    span_id: { offset: 72, storage: 'bytes8' },
    holder_trace_id: { offset: 80, storage: 'bytes16' },
    waiter_stack: { offset: 96, storage: 'i32' },
    holder_stack: { offset: 100, storage: 'i32' },
    binding: { offset: 104, storage: 'u8' },
    rw_as_reader: { offset: 105, storage: 'u8' },
    rw_as_writer: { offset: 106, storage: 'u8' },
  },
} as const satisfies RecordLayout;
