/**
 * The latest map conflicts that family map told of, by goroutine: a crash for concurrent use of a map names only one of the
 * two. Bound: 1 024 goroutines; the longest known is forgotten.
 */
import { MAP_EVENT_KINDS } from '@mapscope/events';
import type { Columns } from '@mapscope/events';
import type { FindConflict, MapConflict } from './crash.ts';

export interface ConflictMemory {
  readonly note: (columns: Columns) => void;
  readonly find: FindConflict;
}

const MOST = 1024;

export function createConflictMemory(): ConflictMemory {
  const known = new Map<bigint, MapConflict>();
  const keep = (goid: bigint, other: MapConflict): void => {
    if (goid === 0n || other.goid === 0n || other.stack === 0n) return;
    known.delete(goid);
    known.set(goid, other);
    const [longest] = known.keys();
    if (known.size > MOST && longest !== undefined) known.delete(longest);
  };
  return {
    note: ({ kind, rows, columns }) => {
      if (kind !== 'map_events') return;
      for (let row = 0; row < rows; row++) {
        if (valueOf(columns, 'kind', row) !== BigInt(MAP_EVENT_KINDS.conflict)) continue;
        const one = { goid: valueOf(columns, 'goid', row), stack: valueOf(columns, 'stack', row) };
        const other = { goid: valueOf(columns, 'other_goid', row), stack: valueOf(columns, 'other_stack', row) };
        keep(one.goid, other);
        keep(other.goid, one);
      }
    },
    find: (goid) => known.get(goid),
  };
}

function valueOf(columns: Columns['columns'], name: string, row: number): bigint {
  const data = columns[name];
  return data?.storage === 'u64' || data?.storage === 'u8' ? BigInt(data.values[row] ?? 0) : 0n;
}
