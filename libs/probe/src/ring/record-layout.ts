/**
 * Where fields of a ring record lie. Each family states its own records' (families/NAME/layout.ts) with the numbers of
 * bpf/records.h, which a test compares with every _Static_assert there. The head (16 bytes) is the same for all:
 * 0 kind u16, 2 size u16, 8 ts u64.
 */
export type FieldStorage =
  | 'u8'
  | 'u16'
  | 'u32'
  | 'i32'
  | 'u64'
  | 'bytes8'
  | 'bytes16'
  | 'bytes64'
  | 'bytes96'
  | 'bytes160';

export interface FieldLayout {
  readonly offset: number;
  readonly storage: FieldStorage;
  /** of a text: where in the record the byte with its length is; what lies behind the text is not copied */
  readonly textLength?: number;
  /** filled only in records that have this value in the byte at that offset; of others it is not copied */
  readonly onlyWhere?: { readonly offset: number; readonly is: number };
}

export interface RecordLayout {
  /** name of the C struct */
  readonly struct: string;
  /** head.kind: the batch kind's number */
  readonly kind: number;
  readonly sizeBytes: number;
  /** without its last field, of records for which that says nothing */
  readonly shortBytes?: number;
  readonly fields: Readonly<Record<string, FieldLayout>>;
}

/** How many bytes the kernel writes of a record; of one that is cut, what it lacks says nothing. */
export function recordBytes(layout: RecordLayout, record: Uint8Array): number {
  const { sizeBytes, shortBytes = sizeBytes, fields } = layout;
  const last = Object.values(fields).find(({ offset }) => offset === shortBytes);
  const isLeftOut =
    (last?.textLength !== undefined && record[last.textLength] === 0) ||
    (last?.onlyWhere !== undefined && record[last.onlyWhere.offset] !== last.onlyWhere.is);
  return isLeftOut ? shortBytes : sizeBytes;
}

/** Every record's time, in its head: nanoseconds of CLOCK_MONOTONIC. */
export const TS = { offset: 8, storage: 'u64' } as const;

/** bpf/records.h, struct counters: submitted and lost by kind, then single ones; per-CPU array values are 288 bytes each. */
export const COUNTERS = {
  submitted: 0,
  lost: 128,
  mapFull: 256,
  stackFailed: 264,
  selftestFailed: 272,
  headersUnread: 280,
  sizeBytes: 288,
};
