/** Reads the counts of sync.Map operations out of the kernel, while programs go on counting. */
import type { CountSource } from '../../counting/count-ticker.ts';
import type { BpfSyscall } from '../../kernel/bpf-syscall.ts';
import { createDifferences, decodeCounts, KEY_BYTES, rawCounts, uncountedCounts, VALUE_BYTES } from './counts.ts';

/** bpf/maps.h: entries of syncmap_uncounted */
const OPERATIONS = 16;

export function createSyncmapCounts(
  bpf: Pick<BpfSyscall, 'lookup' | 'readAll'>,
  files: { readonly counts: number; readonly uncounted: number },
): CountSource<'syncmap_events'> {
  const differences = createDifferences();
  const uncounted = (op: number): bigint => {
    const bytes = bpf.lookup(files.uncounted, new Uint8Array(Uint32Array.of(op).buffer), 8);
    return new BigUint64Array(bytes?.buffer ?? new ArrayBuffer(8))[0] ?? 0n;
  };
  const takeRest = () => {
    const { keys, values } = bpf.readAll(files.counts, KEY_BYTES, VALUE_BYTES);
    const words = Array.from({ length: OPERATIONS }, (_, op) => uncounted(op));
    return differences([...decodeCounts(keys, values), ...uncountedCounts(words)]);
  };
  return {
    take: async () => (window) => rawCounts(takeRest(), window),
    takeRest: () => (window) => rawCounts(takeRest(), window),
  };
}
