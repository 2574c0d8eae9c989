/**
 * One field of a run of records → one array. A loop for each width, so that each sees one type of array only: 8 bytes at
 * a time where a field allows it (V8 keeps a BigUint64Array's element in a register when it is only stored again).
 */
import type { FieldLayout, FieldStorage } from './record-layout.ts';

/** The same memory twice; all records lie at multiples of 8, little-endian: this machine wrote them. */
export interface RecordBytes {
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
}

/** And in longs, once for a run. */
export interface RecordSource extends RecordBytes {
  readonly longs: BigUint64Array;
}

export function sourceOf({ bytes, words }: RecordBytes): RecordSource {
  return { bytes, words, longs: new BigUint64Array(words.buffer, words.byteOffset, words.length >>> 1) };
}

export type FieldArray = Uint8Array | Uint16Array | Uint32Array | Int32Array | BigUint64Array;

export const WIDTH: Readonly<Record<FieldStorage, number>> = {
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

export interface CopyTarget {
  readonly field: FieldLayout;
  readonly memory: ArrayBuffer;
  /** that it holds already */
  readonly rows: number;
}

export function copyField(target: CopyTarget, source: RecordSource, offsets: Uint32Array, count: number): void {
  const width = WIDTH[target.field.storage];
  if (width === 1) copyBytes(target, source.bytes, offsets, count);
  else if (width === 2) copyHalves(target, source.bytes, offsets, count);
  else if (width === 4) copyWords(target, source.words, offsets, count);
  else copyLongs(target, source.longs, offsets, count);
}

function copyBytes({ field, memory, rows }: CopyTarget, source: Uint8Array, offsets: Uint32Array, count: number): void {
  const to = new Uint8Array(memory, rows, count);
  const { offset } = field;
  for (let index = 0; index < count; index++) to[index] = source[(offsets[index] ?? 0) + offset] ?? 0;
}

function copyHalves(
  { field, memory, rows }: CopyTarget,
  source: Uint8Array,
  offsets: Uint32Array,
  count: number,
): void {
  const to = new Uint16Array(memory, 2 * rows, count);
  const { offset } = field;
  for (let index = 0; index < count; index++) {
    const from = (offsets[index] ?? 0) + offset;
    to[index] = (source[from] ?? 0) | ((source[from + 1] ?? 0) << 8);
  }
}

/** Every wider field is a whole number of words at a multiple of 4, of longs at a multiple of 8 (builder.test.ts). */
function copyWords({ field, memory, rows }: CopyTarget, source: Int32Array, offsets: Uint32Array, count: number): void {
  const to = new Int32Array(memory, 4 * rows, count);
  const place = field.offset >>> 2;
  for (let index = 0; index < count; index++) to[index] = source[((offsets[index] ?? 0) >>> 2) + place] ?? 0;
}

/** Wide fields long by long: an inner loop over them would cost V8 a BigInt object for each. */
function copyLongs(target: CopyTarget, source: BigUint64Array, offsets: Uint32Array, count: number): void {
  const { field, memory, rows } = target;
  const perRow = WIDTH[field.storage] >>> 3;
  const to = new BigUint64Array(memory, 8 * perRow * rows, perRow * count);
  for (let long = 0; long < perRow; long++) {
    const place = (field.offset >>> 3) + long;
    let at = long;
    for (let index = 0; index < count; index++) {
      to[at] = source[((offsets[index] ?? 0) >>> 3) + place] ?? 0n;
      at += perRow;
    }
  }
}

/** The first `rows` elements of a field's memory. */
export function fieldArray({ storage }: FieldLayout, memory: ArrayBuffer, rows: number): FieldArray {
  if (storage === 'u64') return new BigUint64Array(memory, 0, rows);
  if (storage === 'i32') return new Int32Array(memory, 0, rows);
  if (storage === 'u32') return new Uint32Array(memory, 0, rows);
  if (storage === 'u16') return new Uint16Array(memory, 0, rows);
  return new Uint8Array(memory, 0, rows * WIDTH[storage]);
}
