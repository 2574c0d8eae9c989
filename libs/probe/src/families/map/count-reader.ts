/**
 * Reads the counts of map operations out of the kernel, each exactly once: programs add to one of two tables; this side
 * switches them to the other, waits until none is inside the one they left, and empties that.
 *
 *    programs ─► table 0        switch        programs ─► table 1
 *                table 1                      table 0 ─► read, emptied
 */
import type { CountSource, CountWindow } from '../../counting/count-ticker.ts';
import type { BpfSyscall } from '../../kernel/bpf-syscall.ts';
import type { RawBatch } from '../layouts.ts';
import { COUNT_KEY_BYTES, COUNT_VALUE_BYTES, decodeCounts, gatherCounts, rawCounts, uncounted } from './counts.ts';
import type { MapCount } from './counts.ts';

export interface MapCountFiles {
  readonly side: number;
  readonly inside: number;
  readonly counts: readonly [number, number];
  readonly uncounted: number;
}

/** bpf/maps.h, struct map_inside: two u64 for each CPU; map_uncounted: 16 operations */
const INSIDE_BYTES = 16;
const OPERATIONS = 16;
const SETTLE_MILLIS = 2;

export function createMapCountReader(
  bpf: Pick<BpfSyscall, 'lookup' | 'update' | 'takeAll'>,
  files: MapCountFiles,
  cpus: number,
): CountSource<'map_events'> {
  let side: 0 | 1 = 0;
  let before = new BigUint64Array(OPERATIONS);
  const drain = (which: 0 | 1): readonly MapCount[] => {
    const { keys, values } = bpf.takeAll(files.counts[which], COUNT_KEY_BYTES, COUNT_VALUE_BYTES);
    return decodeCounts(keys, values);
  };
  const isInside = (which: 0 | 1): boolean => {
    const bytes = bpf.lookup(files.inside, key(0), cpus * INSIDE_BYTES);
    const words = new BigUint64Array(bytes?.buffer ?? new ArrayBuffer(0));
    // Two a CPU: what went in on one CPU went out on the same (a program is never moved), so each is 0 by itself.
    return words.some((word, index) => index % 2 === which && word !== 0n);
  };
  const takeUncounted = (): readonly MapCount[] => {
    const after = BigUint64Array.from({ length: OPERATIONS }, (_, op) =>
      firstWord(bpf.lookup(files.uncounted, key(op), 8)),
    );
    const found = uncounted(before, after);
    before = after;
    return found;
  };
  return {
    take: async () => {
      const left = side;
      side = left === 0 ? 1 : 0;
      bpf.update(files.side, key(0), key(side));
      while (isInside(left)) await new Promise((resolve) => setTimeout(resolve, SETTLE_MILLIS));
      return recordsOf([...drain(left), ...takeUncounted()]);
    },
    takeRest: () => recordsOf([...drain(0), ...drain(1), ...takeUncounted()]),
  };
}

const recordsOf =
  (counts: readonly MapCount[]) =>
  (window: CountWindow): RawBatch<'map_events'> =>
    rawCounts(gatherCounts(counts), window);

const key = (value: number): Uint8Array => new Uint8Array(Uint32Array.of(value).buffer);
const firstWord = (bytes: Uint8Array | undefined): bigint =>
  new BigUint64Array(bytes?.buffer ?? new ArrayBuffer(8))[0] ?? 0n;
