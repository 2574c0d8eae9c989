/** Rows, drawn one after the other, as columns. Pure. */
import type { ColumnData } from '@mapscope/events';

type Of<Row, Value> = (row: Row) => Value;

export const u8 = <Row>(rows: readonly Row[], of: Of<Row, number>): ColumnData => ({
  storage: 'u8',
  values: Uint8Array.from(rows, of),
});

export const u32 = <Row>(rows: readonly Row[], of: Of<Row, number>): ColumnData => ({
  storage: 'u32',
  values: Uint32Array.from(rows, of),
});

export const u64 = <Row>(rows: readonly Row[], of: Of<Row, bigint>): ColumnData => ({
  storage: 'u64',
  values: BigUint64Array.from(rows, of),
});

export const nanos = <Row>(rows: readonly Row[], of: Of<Row, bigint>): ColumnData => ({
  storage: 'i64',
  values: BigInt64Array.from(rows, of),
});

export const texts = <Row>(rows: readonly Row[], of: Of<Row, string>): ColumnData => ({
  storage: 'strings',
  values: rows.map(of),
});

export function fixed<Row>(width: 8 | 16, rows: readonly Row[], of: Of<Row, Uint8Array>): ColumnData {
  const values = new Uint8Array(rows.length * width);
  for (const [i, row] of rows.entries()) values.set(of(row), i * width);
  return { storage: width === 8 ? 'bytes8' : 'bytes16', values };
}

export function names<Row>(rows: readonly Row[], of: Of<Row, string>): ColumnData {
  const places = new Map<string, number>();
  const indexes = Uint32Array.from(rows, (row) => {
    const key = of(row);
    const place = places.get(key) ?? places.size;
    places.set(key, place);
    return place;
  });
  return { storage: 'dictionary', keys: [...places.keys()], indexes };
}

export const same = (rows: readonly unknown[], name: string): ColumnData => names(rows, () => name);
