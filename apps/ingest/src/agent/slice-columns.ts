/** Part of a batch's columns: rows from ≤ i < to. Typed arrays are shared, not copied. Pure. */
import type { ColumnData, Columns } from '@mapscope/events';

export function sliceColumns(columns: Columns, from: number, to: number): Columns {
  const sliced = Object.entries(columns.columns).map(([name, data]) => [name, sliceColumn(data, from, to)] as const);
  return { kind: columns.kind, rows: to - from, columns: Object.fromEntries(sliced) };
}

const WIDTH = { bytes8: 8, bytes16: 16 } as const;

function sliceColumn(data: ColumnData, from: number, to: number): ColumnData {
  if (data.storage === 'default') return data;
  if ('indexes' in data) return { ...data, indexes: data.indexes.subarray(from, to) };
  const width = data.storage === 'bytes8' || data.storage === 'bytes16' ? WIDTH[data.storage] : 1;
  const { values } = data;
  const part = 'subarray' in values ? values.subarray(width * from, width * to) : values.slice(from, to);
  // Part of an array is of the kind of the array, so storage and values still belong together.
  return { storage: data.storage, values: part } as ColumnData;
}
