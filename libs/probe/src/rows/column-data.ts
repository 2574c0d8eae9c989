/** Small makers of ColumnData, shared by all makers of rows. */
import type { ColumnData } from '@mapscope/events';
import { OWN_MEMORY } from './column-memory.ts';

export const u8 = (values: Uint8Array): ColumnData => ({ storage: 'u8', values });
export const u16 = (values: Uint16Array): ColumnData => ({ storage: 'u16', values });
export const u32 = (values: Uint32Array): ColumnData => ({ storage: 'u32', values });
export const u64 = (values: BigUint64Array): ColumnData => ({ storage: 'u64', values });
export const i64 = (values: BigInt64Array): ColumnData => ({ storage: 'i64', values });
export const bytes8 = (values: Uint8Array): ColumnData => ({ storage: 'bytes8', values });
export const bytes16 = (values: Uint8Array): ColumnData => ({ storage: 'bytes16', values });

/** One text for all rows. */
export const constantText = (text: string, rows: number, memory = OWN_MEMORY): ColumnData => ({
  storage: 'dictionary',
  keys: [text],
  indexes: memory.u8(rows).fill(0),
});

/** One number for all rows. */
export const constantU32 = (value: number, rows: number, memory = OWN_MEMORY): ColumnData => ({
  storage: 'spread',
  of: { storage: 'u32', values: Uint32Array.of(value) },
  indexes: memory.u8(rows).fill(0),
});

/** A text per row, each distinct one kept once. */
export function dictionaryOf(rows: number, textOf: (row: number) => string): ColumnData {
  const places = new Map<string, number>();
  const indexes = new Uint32Array(rows);
  for (let row = 0; row < rows; row++) {
    const text = textOf(row);
    const place = places.get(text) ?? places.size;
    if (place === places.size) places.set(text, place);
    indexes[row] = place;
  }
  return { storage: 'dictionary', keys: [...places.keys()], indexes };
}

export function textAt(bytes: Uint8Array, row: number, width: number, lengthBytes: number): string {
  const from = row * width;
  return decoder.decode(bytes.subarray(from, from + Math.min(width, lengthBytes)));
}

/** Not fatal: a name cut within a character ends in U+FFFD. */
const decoder = new TextDecoder();
