/**
 * Counts of operations on sync.Maps: what the kernel has counted in all → what came since it was last asked → raw records.
 * Pure. Entries of the kernel's table are never removed, so nothing is missed and nothing told twice, whatever the
 * programs do meanwhile. Bound: its 16 384 (map, operation, caller); further ones are told by operation alone.
 */
import { SYNCMAP_EVENT_KINDS } from '@mapscope/events';
import { emptyColumns } from '../../counting/empty-columns.ts';
import type { CountWindow } from '../../counting/count-ticker.ts';
import type { RawBatch } from '../layouts.ts';

/** One entry of syncmap_counts (bpf/maps.h, struct syncmap_key and syncmap_count). */
export interface SyncmapCount {
  /** 0n: which map is not known */
  readonly map: bigint;
  readonly callerPc: bigint;
  readonly op: number;
  readonly count: bigint;
  readonly stack: number;
}

export const KEY_BYTES = 24;
export const VALUE_BYTES = 16;

export function decodeCounts(keys: Uint8Array, values: Uint8Array): readonly SyncmapCount[] {
  const key = new DataView(keys.buffer, keys.byteOffset, keys.byteLength);
  const value = new DataView(values.buffer, values.byteOffset, values.byteLength);
  return Array.from({ length: keys.length / KEY_BYTES }, (_, index) => ({
    map: key.getBigUint64(index * KEY_BYTES, true),
    callerPc: key.getBigUint64(index * KEY_BYTES + 8, true),
    op: Number(key.getBigUint64(index * KEY_BYTES + 16, true)),
    count: value.getBigUint64(index * VALUE_BYTES, true),
    stack: value.getInt32(index * VALUE_BYTES + 8, true),
  }));
}

/** Words of syncmap_uncounted, by operation. */
export const uncountedCounts = (words: readonly bigint[]): readonly SyncmapCount[] =>
  words.map((count, op) => ({ map: 0n, callerPc: 0n, op, count, stack: -1 }));

/** Keeps what was told; gives the differences, without what did not change. */
export function createDifferences(): (counts: readonly SyncmapCount[]) => readonly SyncmapCount[] {
  const told = new Map<string, bigint>();
  return (counts) =>
    counts.flatMap((one) => {
      const key = `${one.map} ${one.callerPc} ${one.op}`;
      const count = one.count - (told.get(key) ?? 0n);
      told.set(key, one.count);
      return count === 0n ? [] : [{ ...one, count }];
    });
}

export function rawCounts(counts: readonly SyncmapCount[], window: CountWindow): RawBatch<'syncmap_events'> {
  const rows = counts.length;
  const columns = emptyColumns('syncmap_events', rows);
  columns.ts.fill(window.fromNanos);
  columns.duration_ns.fill(window.nanos);
  columns.event.fill(SYNCMAP_EVENT_KINDS.count);
  counts.forEach((one, row) => {
    columns.map_address[row] = one.map;
    columns.caller_pc[row] = one.callerPc;
    columns.op[row] = one.op;
    columns.count[row] = one.count;
    columns.stack[row] = one.stack;
  });
  return { kind: 'syncmap_events', rows, columns };
}
