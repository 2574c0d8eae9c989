/**
 * Counts of map operations, as the kernel keeps them → raw map events. Pure. A call site that works on many maps (one per
 * request, say) would make a row for each: the busiest are told one by one, all others of that site together, so that
 * the number of rows depends on the program's code and not on its load. Sums stay exact.
 */
import type { CountWindow } from '../../counting/count-ticker.ts';
import { emptyColumns } from '../../counting/empty-columns.ts';
import type { RawBatch } from '../layouts.ts';

/** One entry of map_counts_0 or _1 (bpf/maps.h, struct map_count_key and its count). */
export interface MapCount {
  readonly map: bigint;
  readonly type: bigint;
  readonly callerPc: bigint;
  /** the semaphore of a lock that was waited for just before; 0n: a plain count */
  readonly lock: bigint;
  readonly lockStack: number;
  readonly op: number;
  readonly keyFunction: number;
  readonly lengthClass: number;
  readonly count: bigint;
  /** how many maps; more than one: `map` is 0n */
  readonly maps: number;
}

export const COUNT_KEY_BYTES = 40;
export const COUNT_VALUE_BYTES = 8;
export const TOLD_MAPS_PER_SITE = 8;
/** MAP_EVENT_KINDS of libs/events */
const COUNT = 1;
const GUARD = 5;

export function decodeCounts(keys: Uint8Array, values: Uint8Array): readonly MapCount[] {
  const view = new DataView(keys.buffer, keys.byteOffset, keys.byteLength);
  const counts = new DataView(values.buffer, values.byteOffset, values.byteLength);
  return Array.from({ length: keys.length / COUNT_KEY_BYTES }, (_, index) => {
    const at = index * COUNT_KEY_BYTES;
    return {
      map: view.getBigUint64(at, true),
      type: view.getBigUint64(at + 8, true),
      callerPc: view.getBigUint64(at + 16, true),
      lock: view.getBigUint64(at + 24, true),
      lockStack: view.getInt32(at + 32, true),
      op: view.getUint8(at + 36),
      keyFunction: view.getUint8(at + 37),
      lengthClass: view.getUint8(at + 38),
      count: counts.getBigUint64(index * COUNT_VALUE_BYTES, true),
      maps: 1,
    };
  });
}

/** What found no room in the kernel's tables, by operation (index 0: guards): nothing is known of it but how many. */
export function uncounted(before: BigUint64Array, after: BigUint64Array): readonly MapCount[] {
  const nothing = { map: 0n, type: 0n, callerPc: 0n, lock: 0n, lockStack: -1, keyFunction: 0, lengthClass: 0, maps: 0 };
  return Array.from(after, (count, op) => ({ ...nothing, op, count: count - (before[op] ?? 0n) })).filter(
    ({ op, count }) => op > 0 && count > 0n,
  );
}

export function gatherCounts(counts: readonly MapCount[]): readonly MapCount[] {
  return [...Map.groupBy(counts, siteKey).values()].flatMap((group) => {
    if (group.length <= TOLD_MAPS_PER_SITE) return group;
    const byCount = group.toSorted((a, b) => Number(b.count - a.count) || Number(a.map - b.map));
    const told = byCount.slice(0, TOLD_MAPS_PER_SITE);
    const others = byCount.slice(TOLD_MAPS_PER_SITE);
    const count = others.reduce((sum, one) => sum + one.count, 0n);
    return [...told, ...others.slice(0, 1).map((one) => ({ ...one, map: 0n, maps: others.length, count }))];
  });
}

const siteKey = (one: MapCount): string =>
  [one.type, one.callerPc, one.lock, one.lockStack, one.op, one.keyFunction, one.lengthClass].join();

export function rawCounts(counts: readonly MapCount[], window: CountWindow): RawBatch<'map_events'> {
  const rows = counts.length;
  const columns = emptyColumns('map_events', rows);
  columns.ts.fill(window.fromNanos);
  columns.window_ns.fill(window.nanos);
  columns.stack.fill(-1);
  counts.forEach((one, row) => {
    columns.kind[row] = one.lock === 0n ? COUNT : GUARD;
    columns.map[row] = one.map;
    columns.type[row] = one.type;
    columns.caller_pc[row] = one.callerPc;
    columns.sema_address[row] = one.lock;
    if (one.lock !== 0n) columns.stack[row] = one.lockStack;
    columns.op[row] = one.op;
    columns.key_function[row] = one.keyFunction;
    columns.length_class[row] = one.lengthClass;
    columns.count[row] = one.count;
    columns.maps[row] = one.maps;
  });
  return { kind: 'map_events', rows, columns };
}
