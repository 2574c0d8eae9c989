/** Columns → rows as objects, as JSONEachRow has them. Pure. */
import type { ColumnData } from '@mapscope/events';

export type JsonRow = Record<string, string | number>;

export function rowsOf(columns: Readonly<Record<string, ColumnData>>, rows: number): readonly JsonRow[] {
  const cells = Object.entries(columns).map(([name, data]) => [name, cellOf(data)] as const);
  return Array.from({ length: rows }, (_, row) => Object.fromEntries(cells.map(([name, cell]) => [name, cell(row)])));
}

/** 64-bit integers and times as text, bytes as latin-1, as such rows are sent. */
function cellOf(data: ColumnData): (row: number) => string | number {
  switch (data.storage) {
    case 'u8':
    case 'u16':
    case 'u32':
    case 'f64':
      return (row) => data.values[row] ?? 0;
    case 'u64':
      return (row) => String(data.values[row]);
    case 'i64':
      return (row) =>
        `${(data.values[row] ?? 0n) / 1_000_000_000n}.${String((data.values[row] ?? 0n) % 1_000_000_000n).padStart(9, '0')}`;
    case 'dictionary':
      return (row) => data.keys[data.indexes[row] ?? 0] ?? '';
    case 'strings':
      return (row) => data.values[row] ?? '';
    case 'bytes8':
    case 'bytes16': {
      const width = data.storage === 'bytes8' ? 8 : 16;
      // ASCII, so that a byte is a byte in UTF-8 too.
      return (row) =>
        String.fromCharCode(...data.values.subarray(row * width, (row + 1) * width).map((byte) => 32 + (byte % 90)));
    }
    case 'stringArrays':
    case 'u32Arrays':
    case 'i64Arrays':
    case 'f64Arrays':
    case 'maps':
    case 'mapArrays':
    case 'spread':
    case 'default':
      throw new Error(`no rule for ${data.storage}: these kinds have none`);
  }
}
