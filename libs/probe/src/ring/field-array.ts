/** The values of one field of many records, in the array its storage says. */
import type { FieldLayout, FieldStorage } from './record-layout.ts';

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

/** @param start in bytes */
export function fieldArray({ storage }: FieldLayout, memory: ArrayBuffer, start: number, rows: number): FieldArray {
  if (storage === 'u64') return new BigUint64Array(memory, start, rows);
  if (storage === 'i32') return new Int32Array(memory, start, rows);
  if (storage === 'u32') return new Uint32Array(memory, start, rows);
  if (storage === 'u16') return new Uint16Array(memory, start, rows);
  return new Uint8Array(memory, start, rows * WIDTH[storage]);
}
