/** What a made column says of a row. */
import { TABLES } from '@mapscope/events';
import type { ColumnData, Columns, ColumnSpec } from '@mapscope/events';

export type Row = Readonly<Record<string, string | number | bigint | readonly (string | number)[]>>;

/** As the table has it, however narrow it travels. */
export function valueOf(kind: Columns['kind'], name: string, data: ColumnData, row: number): Row[string] {
  const columns: readonly ColumnSpec[] = TABLES[kind];
  const type = columns.find((column) => column.name === name)?.type;
  const value = data.storage === 'default' ? defaultOf(type) : valueAt(data, row);
  return type === 'UInt64' && typeof value === 'number' ? BigInt(value) : value;
}

function defaultOf(type: string | undefined): Row[string] {
  if (type === 'LowCardinality(String)') return '';
  if (type === 'FixedString(8)' || type === 'FixedString(16)')
    return hex(new Uint8Array(type === 'FixedString(8)' ? 8 : 16));
  return type === 'UInt64' ? 0n : 0;
}

function valueAt(data: Exclude<ColumnData, { storage: 'default' }>, row: number): Row[string] {
  const { storage } = data;
  if (storage === 'spread') return valueAt(data.of, data.indexes[row] ?? 0);
  if (storage === 'dictionary') return data.keys[data.indexes[row] ?? 0] ?? '';
  if (storage === 'bytes8') return hex(data.values.subarray(8 * row, 8 * row + 8));
  if (storage === 'bytes16') return hex(data.values.subarray(16 * row, 16 * row + 16));
  if (storage === 'maps' || storage === 'mapArrays' || storage === 'i64Arrays' || storage === 'f64Arrays') {
    throw new Error(`no probe table has a column of ${storage}`);
  }
  return data.values[row] ?? '';
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
