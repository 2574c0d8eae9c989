/**
 * Column builder: record bytes in, one growing array per field out. Field by field over a run of records, so that each
 * inner loop does one thing to one pair of arrays. Bound: the worker takes the columns at maximumRows.
 */
import { byRingKind, LAYOUTS } from '../families/layouts.ts';
import type { AnyRawBatch, RingKind } from '../families/layouts.ts';
import type { FieldLayout, FieldStorage, RecordLayout } from './record-layout.ts';

/** The same memory twice: bytes for small fields, words for 4- and 8-byte ones (all records lie at multiples of 8). */
export interface RecordBytes {
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
}

export type FieldArray = Uint8Array | Uint16Array | Uint32Array | Int32Array | BigUint64Array;

export interface Builder {
  readonly rows: () => number;
  /** offsets: byte offsets of the payloads, `count` of them */
  readonly append: (source: RecordBytes, offsets: Uint32Array, count: number) => void;
  /** Everything so far in arrays of their own, and an empty builder; undefined when there was nothing. */
  readonly take: () => AnyRawBatch | undefined;
}

const WIDTH: Readonly<Record<FieldStorage, number>> = {
  u8: 1,
  u16: 2,
  u32: 4,
  i32: 4,
  u64: 8,
  bytes8: 8,
  bytes16: 16,
  bytes64: 64,
  bytes96: 96,
  bytes160: 160,
};
const FIRST_CAPACITY = 1024;

interface FieldBuffer {
  readonly name: string;
  readonly field: FieldLayout;
  bytes: Uint8Array;
}

export function createBuilder(kind: RingKind): Builder {
  const layout: RecordLayout = LAYOUTS[kind];
  let capacity = FIRST_CAPACITY;
  let rows = 0;
  const buffers: FieldBuffer[] = Object.entries(layout.fields).map(([name, field]) => ({
    name,
    field,
    bytes: new Uint8Array(capacity * WIDTH[field.storage]),
  }));
  const grow = (needed: number): void => {
    while (capacity < needed) capacity *= 2;
    for (const buffer of buffers) {
      const larger = new Uint8Array(capacity * WIDTH[buffer.field.storage]);
      larger.set(buffer.bytes);
      buffer.bytes = larger;
    }
  };
  return {
    rows: () => rows,
    append: (source, offsets, count) => {
      if (rows + count > capacity) grow(rows + count);
      for (const { field, bytes } of buffers) copyField({ field, bytes, rows }, source, offsets, count);
      rows += count;
    },
    take: () => {
      if (rows === 0) return undefined;
      const columns = Object.fromEntries(buffers.map((buffer) => [buffer.name, typedCopy(buffer, rows)]));
      // Fields and their array types come from the same table, LAYOUTS: the shape is that of RawBatch for this kind.
      const batch = { kind, rows, columns } as unknown as AnyRawBatch;
      rows = 0;
      return batch;
    },
  };
}

export function createBuilders(): Readonly<Record<RingKind, Builder>> {
  return byRingKind(createBuilder);
}

function copyField(
  target: { readonly field: FieldLayout; readonly bytes: Uint8Array; readonly rows: number },
  source: RecordBytes,
  offsets: Uint32Array,
  count: number,
): void {
  const width = WIDTH[target.field.storage];
  if (width === 1) copyBytes(target, source.bytes, offsets, count);
  else if (width === 2) copyHalves(target, source.bytes, offsets, count);
  else copyWords({ ...target, width }, source.words, offsets, count);
}

function copyBytes(
  target: { readonly field: FieldLayout; readonly bytes: Uint8Array; readonly rows: number },
  source: Uint8Array,
  offsets: Uint32Array,
  count: number,
): void {
  const { bytes, rows } = target;
  const { offset } = target.field;
  for (let index = 0; index < count; index++) {
    bytes[rows + index] = source[(offsets[index] ?? 0) + offset] ?? 0;
  }
}

/** Little-endian on both sides: records are written by this machine. */
function copyHalves(
  target: { readonly field: FieldLayout; readonly bytes: Uint8Array; readonly rows: number },
  source: Uint8Array,
  offsets: Uint32Array,
  count: number,
): void {
  const { bytes, rows } = target;
  const { offset } = target.field;
  for (let index = 0; index < count; index++) {
    const from = (offsets[index] ?? 0) + offset;
    bytes[2 * (rows + index)] = source[from] ?? 0;
    bytes[2 * (rows + index) + 1] = source[from + 1] ?? 0;
  }
}

/** Every wider field is a whole number of words at a multiple of 4 (checked by layout.test.ts). */
function copyWords(
  target: { readonly field: FieldLayout; readonly bytes: Uint8Array; readonly rows: number; readonly width: number },
  source: Int32Array,
  offsets: Uint32Array,
  count: number,
): void {
  const words = new Int32Array(target.bytes.buffer);
  const perRow = target.width >> 2;
  const fieldWord = target.field.offset >> 2;
  let to = target.rows * perRow;
  for (let index = 0; index < count; index++) {
    const from = ((offsets[index] ?? 0) >> 2) + fieldWord;
    for (let word = 0; word < perRow; word++) words[to++] = source[from + word] ?? 0;
  }
}

function typedCopy({ field, bytes }: FieldBuffer, rows: number): FieldArray {
  const copy = bytes.slice(0, rows * WIDTH[field.storage]);
  if (field.storage === 'u64') return new BigUint64Array(copy.buffer);
  if (field.storage === 'i32') return new Int32Array(copy.buffer);
  if (field.storage === 'u32') return new Uint32Array(copy.buffer);
  if (field.storage === 'u16') return new Uint16Array(copy.buffer);
  return copy;
}
