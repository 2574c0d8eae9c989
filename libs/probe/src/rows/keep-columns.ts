/** For whoever keeps columns that were only lent: each array in memory of its own. */
import type { ColumnData, Columns } from '@mapscope/events';

export const keepColumns = ({ kind, rows, columns }: Columns): Columns => ({
  kind,
  rows,
  columns: Object.fromEntries(Object.entries(columns).map(([name, data]) => [name, keepColumn(data)])),
});

function keepColumn(data: ColumnData): ColumnData {
  if (data.storage === 'default') return data;
  // Keys are made anew for every batch.
  if ('indexes' in data) return { ...data, indexes: data.indexes.slice() };
  // A copy of an array is of the kind of the array, so storage and values still belong together.
  return { storage: data.storage, values: data.values.slice() } as ColumnData;
}
