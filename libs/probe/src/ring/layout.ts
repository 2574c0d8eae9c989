/**
 * Where each field of a ring record lies: the numbers of bpf/records.h, which a test compares with every
 * _Static_assert there. The head (16 bytes) is the same for all: 0 kind u16, 2 size u16, 4 tgid u32, 8 ts u64.
 */
export type FieldStorage = 'u8' | 'i32' | 'u64' | 'bytes8' | 'bytes16' | 'bytes64' | 'bytes96';

export interface FieldLayout {
  readonly offset: number;
  readonly storage: FieldStorage;
}

export interface RecordLayout {
  /** name of the C struct */
  readonly struct: string;
  /** head.kind */
  readonly kind: number;
  readonly sizeBytes: number;
  readonly fields: Readonly<Record<string, FieldLayout>>;
}

const TS = { offset: 8, storage: 'u64' } as const;

export const LAYOUTS = {
  http_requests: {
    struct: 'http_request',
    kind: 1,
    sizeBytes: 248,
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
      method: { offset: 72, storage: 'bytes8' },
      path: { offset: 80, storage: 'bytes64' },
      pattern: { offset: 144, storage: 'bytes96' },
      pattern_length: { offset: 240, storage: 'u8' },
    },
  },
  lock_waits: {
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
    },
  },
  probe_events: {
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
      message: { offset: 64, storage: 'bytes96' },
      type_address: { offset: 160, storage: 'u64' },
    },
  },
} as const satisfies Record<string, RecordLayout>;

/** Names of the batch kinds that come from the ring. */
export type RingKind = keyof typeof LAYOUTS;
export const RING_KINDS = ['http_requests', 'lock_waits', 'probe_events'] as const satisfies readonly RingKind[];

type ArrayOf<S extends FieldStorage> = S extends 'u64' ? BigUint64Array : S extends 'i32' ? Int32Array : Uint8Array;

/** Decoded records of one kind: fields as they were in the ring, one array per field. Times are still monotonic. */
export interface RawBatch<K extends RingKind = RingKind> {
  readonly kind: K;
  readonly rows: number;
  readonly columns: RawColumns<K>;
}

export type RawColumns<K extends RingKind> = {
  readonly [F in keyof (typeof LAYOUTS)[K]['fields']]: (typeof LAYOUTS)[K]['fields'][F] extends {
    readonly storage: infer S extends FieldStorage;
  }
    ? ArrayOf<S>
    : never;
};

/** Any of them, told apart by `kind`. */
export type AnyRawBatch = { readonly [K in RingKind]: RawBatch<K> }[RingKind];

/** bpf/records.h, struct counters; per-CPU array values are 160 bytes each. */
export const COUNTERS = { submitted: 0, lost: 64, mapFull: 128, stackFailed: 136, selftestFailed: 144, sizeBytes: 160 };
