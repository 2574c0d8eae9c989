/** Zeroed columns of a kind of record, to be filled with what was counted in the kernel and did not come through the ring. */
import { LAYOUTS } from '../families/layouts.ts';
import type { RawColumns, RingKind } from '../families/layouts.ts';
import type { FieldStorage } from '../ring/record-layout.ts';

const ARRAYS = {
  u8: (rows: number) => new Uint8Array(rows),
  u16: (rows: number) => new Uint16Array(rows),
  u32: (rows: number) => new Uint32Array(rows),
  i32: (rows: number) => new Int32Array(rows),
  u64: (rows: number) => new BigUint64Array(rows),
} as const;

export function emptyColumns<K extends RingKind>(kind: K, rows: number): RawColumns<K> {
  const array = (storage: FieldStorage): unknown =>
    storage in ARRAYS
      ? // `in` has just asked; TypeScript does not narrow the key by it.
        ARRAYS[storage as keyof typeof ARRAYS](rows)
      : new Uint8Array(rows * Number(storage.slice('bytes'.length)));
  const entries = Object.entries(LAYOUTS[kind].fields).map(([name, { storage }]) => [name, array(storage)]);
  // One array for every field, of the type its storage says: the shape of RawColumns.
  return Object.fromEntries(entries) as RawColumns<K>;
}
