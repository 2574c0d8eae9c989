/** Rows, drawn one after the other, as columns. Loops, because `from` asks an iterator for each row. Pure. */
import type { ColumnData } from '@mapscope/events';

type Of<Row, Value> = (row: Row) => Value;

function filled<Row, Value, Values extends { [i: number]: Value }>(
  values: Values,
  rows: readonly Row[],
  of: Of<Row, Value>,
): Values {
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    if (row !== undefined) values[i] = of(row);
  }
  return values;
}

export const u8 = <Row>(rows: readonly Row[], of: Of<Row, number>): ColumnData => ({
  storage: 'u8',
  values: filled(new Uint8Array(rows.length), rows, of),
});

export const u32 = <Row>(rows: readonly Row[], of: Of<Row, number>): ColumnData => ({
  storage: 'u32',
  values: filled(new Uint32Array(rows.length), rows, of),
});

export const u64 = <Row>(rows: readonly Row[], of: Of<Row, bigint>): ColumnData => ({
  storage: 'u64',
  values: filled(new BigUint64Array(rows.length), rows, of),
});

export const nanos = <Row>(rows: readonly Row[], of: Of<Row, bigint>): ColumnData => ({
  storage: 'i64',
  values: filled(new BigInt64Array(rows.length), rows, of),
});

export const texts = <Row>(rows: readonly Row[], of: Of<Row, string>): ColumnData => ({
  storage: 'strings',
  values: rows.map(of),
});

export function fixed<Row>(width: 8 | 16, rows: readonly Row[], of: Of<Row, Uint8Array>): ColumnData {
  const values = new Uint8Array(rows.length * width);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    if (row !== undefined) values.set(of(row), i * width);
  }
  return { storage: width === 8 ? 'bytes8' : 'bytes16', values };
}

export function names<Row>(rows: readonly Row[], of: Of<Row, string>): ColumnData {
  const places = new Map<string, number>();
  const indexes = filled(new Uint32Array(rows.length), rows, (row) => {
    const key = of(row);
    const place = places.get(key) ?? places.size;
    if (place === places.size) places.set(key, place);
    return place;
  });
  return { storage: 'dictionary', keys: [...places.keys()], indexes };
}

export const same = (rows: readonly unknown[], name: string): ColumnData => ({
  storage: 'dictionary',
  keys: [name],
  indexes: new Uint8Array(rows.length),
});
