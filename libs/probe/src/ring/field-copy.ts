/**
 * One field of a run of records → its place in a slab. A loop for each width, so that each sees one type of array only:
 * 8 bytes at a time where a field allows it (V8 keeps a BigUint64Array's element in a register when it is only stored
 * again).
 */
import type { FieldLayout, FieldStorage } from './record-layout.ts';

/** The same memory twice; all records lie at multiples of 8, little-endian: this machine wrote them. */
export interface RecordBytes {
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
}

/** Some of the records in it. */
export interface Run extends RecordBytes {
  readonly longs: BigUint64Array;
  /** byte offsets of the payloads, `count` of them */
  readonly offsets: Uint32Array;
  readonly count: number;
}

export function runOf({ bytes, words }: RecordBytes, offsets: Uint32Array, count: number): Run {
  const longs = new BigUint64Array(words.buffer, words.byteOffset, words.length >>> 1);
  return { bytes, words, longs, offsets, count };
}

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

/** Where a field's values go: `at` is the first byte of the row that comes next. */
export interface CopyTarget {
  readonly field: FieldLayout;
  readonly at: number;
  readonly bytes: Uint8Array;
  readonly halves: Uint16Array;
  readonly words: Int32Array;
  readonly longs: BigUint64Array;
}

export function copyField(target: CopyTarget, run: Run): void {
  const { field } = target;
  const width = WIDTH[field.storage];
  if (field.textLength !== undefined) copyTexts(target, run, width, field.textLength);
  else if (field.onlyWhere !== undefined) copyWhere(target, run, width, field.onlyWhere);
  else if (width === 1) copyBytes(target, run);
  else if (width === 2) copyHalves(target, run);
  else if (width === 4) copyWords(target, run);
  else copyLongs(target, run, width >>> 3);
}

function copyBytes({ field: { offset }, at, bytes: to }: CopyTarget, { bytes, offsets, count }: Run): void {
  for (let row = 0; row < count; row++) to[at + row] = bytes[(offsets[row] ?? 0) + offset] ?? 0;
}

function copyHalves({ field: { offset }, at, halves: to }: CopyTarget, { bytes, offsets, count }: Run): void {
  const first = at >>> 1;
  for (let row = 0; row < count; row++) {
    const from = (offsets[row] ?? 0) + offset;
    to[first + row] = (bytes[from] ?? 0) | ((bytes[from + 1] ?? 0) << 8);
  }
}

/** Every wider field is a whole number of words at a multiple of 4, of longs at a multiple of 8 (builder.test.ts). */
function copyWords({ field, at, words: to }: CopyTarget, { words, offsets, count }: Run): void {
  const [first, place] = [at >>> 2, field.offset >>> 2];
  for (let row = 0; row < count; row++) to[first + row] = words[((offsets[row] ?? 0) >>> 2) + place] ?? 0;
}

/** Wide fields long by long: an inner loop over them would cost V8 a BigInt object for each. */
function copyLongs({ field, at, longs: to }: CopyTarget, { longs, offsets, count }: Run, perRow: number): void {
  for (let long = 0; long < perRow; long++) {
    const place = (field.offset >>> 3) + long;
    let next = (at >>> 3) + long;
    for (let row = 0; row < count; row++) {
      to[next] = longs[((offsets[row] ?? 0) >>> 3) + place] ?? 0n;
      next += perRow;
    }
  }
}

/** Only as many words as the text has: what lies behind it in the slab is anything. */
function copyTexts(
  { field, at, words: to }: CopyTarget,
  { bytes, words, offsets, count }: Run,
  width: number,
  lengthAt: number,
): void {
  let next = at >>> 2;
  for (let row = 0; row < count; row++) {
    const record = offsets[row] ?? 0;
    const length = (Math.min(width, bytes[record + lengthAt] ?? 0) + 3) >>> 2;
    const from = (record + field.offset) >>> 2;
    for (let word = 0; word < length; word++) to[next + word] = words[from + word] ?? 0;
    next += width >>> 2;
  }
}

/** For wide fields that few records fill; the others' places in the slab hold anything. */
function copyWhere(
  { field, at, bytes: to }: CopyTarget,
  { bytes, offsets, count }: Run,
  width: number,
  { offset, is }: NonNullable<FieldLayout['onlyWhere']>,
): void {
  for (let row = 0; row < count; row++) {
    const record = offsets[row] ?? 0;
    if (bytes[record + offset] !== is) continue;
    const from = record + field.offset;
    to.set(bytes.subarray(from, from + width), at + width * row);
  }
}
