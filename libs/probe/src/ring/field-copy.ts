/**
 * Fields of a run of records → their places in a slab, four at a time: what a loop costs by itself, its counter and the
 * record's offset, is then paid once for four values. A loop for each width, so that each sees one type of array only; 8
 * bytes at a time where a field allows it (V8 keeps a BigUint64Array's element in a register when it is only stored again).
 *
 *    record   │ head │ ts │ wait_ns │ sema │ trace_id 0…7 │ trace_id 8…15 │ …
 *                      │       │       │         │  └ a field of 16 bytes is two lanes with a step of two
 *    slab     ts: ● ● ●  wait_ns: ● ● ●  …      trace_id: ●○●○●○
 */
import type { Run } from './run.ts';
import type { Slab } from './slab.ts';

/** All in elements of one width; as many as a multiple of four: the last is repeated, which does no harm. */
export interface Lanes {
  /** from the beginning of a record */
  readonly from: Uint32Array;
  /** of the first row, from the beginning of the slab */
  readonly to: Uint32Array;
  /** from row to row in the slab */
  readonly step: Uint32Array;
}

export function copyLongs(lanes: Lanes, slab: Slab, rows: number, run: Run): void {
  for (let lane = 0; lane < lanes.from.length; lane += 4) copyFourLongs(fourOf(lanes, lane, rows), slab, run);
}

export function copyWords(lanes: Lanes, slab: Slab, rows: number, run: Run): void {
  for (let lane = 0; lane < lanes.from.length; lane += 4) copyFourWords(fourOf(lanes, lane, rows), slab, run);
}

export function copyBytes(lanes: Lanes, slab: Slab, rows: number, run: Run): void {
  for (let lane = 0; lane < lanes.from.length; lane += 4) copyFourBytes(fourOf(lanes, lane, rows), slab, run);
}

/** Four lanes, from the row on that comes next: from f to t, by s from row to row. */
type Four = Readonly<Record<`${'f' | 't' | 's'}${0 | 1 | 2 | 3}`, number>>;

function fourOf({ from, to, step }: Lanes, lane: number, rows: number): Four {
  const s0 = step[lane] ?? 0;
  const s1 = step[lane + 1] ?? 0;
  const s2 = step[lane + 2] ?? 0;
  const s3 = step[lane + 3] ?? 0;
  return {
    f0: from[lane] ?? 0,
    f1: from[lane + 1] ?? 0,
    f2: from[lane + 2] ?? 0,
    f3: from[lane + 3] ?? 0,
    t0: (to[lane] ?? 0) + rows * s0,
    t1: (to[lane + 1] ?? 0) + rows * s1,
    t2: (to[lane + 2] ?? 0) + rows * s2,
    t3: (to[lane + 3] ?? 0) + rows * s3,
    s0,
    s1,
    s2,
    s3,
  };
}

function copyFourLongs(four: Four, { longs: slab }: Slab, { longs, offsets, count }: Run): void {
  const { f0, f1, f2, f3, s0, s1, s2, s3 } = four;
  let { t0, t1, t2, t3 } = four;
  for (let row = 0; row < count; row++) {
    const at = (offsets[row] ?? 0) >>> 3;
    slab[t0] = longs[at + f0] ?? 0n;
    slab[t1] = longs[at + f1] ?? 0n;
    slab[t2] = longs[at + f2] ?? 0n;
    slab[t3] = longs[at + f3] ?? 0n;
    t0 += s0;
    t1 += s1;
    t2 += s2;
    t3 += s3;
  }
}

function copyFourWords(four: Four, { words: slab }: Slab, { words, offsets, count }: Run): void {
  const { f0, f1, f2, f3, s0, s1, s2, s3 } = four;
  let { t0, t1, t2, t3 } = four;
  for (let row = 0; row < count; row++) {
    const at = (offsets[row] ?? 0) >>> 2;
    slab[t0] = words[at + f0] ?? 0;
    slab[t1] = words[at + f1] ?? 0;
    slab[t2] = words[at + f2] ?? 0;
    slab[t3] = words[at + f3] ?? 0;
    t0 += s0;
    t1 += s1;
    t2 += s2;
    t3 += s3;
  }
}

function copyFourBytes(four: Four, { bytes: slab }: Slab, { bytes, offsets, count }: Run): void {
  const { f0, f1, f2, f3, s0, s1, s2, s3 } = four;
  let { t0, t1, t2, t3 } = four;
  for (let row = 0; row < count; row++) {
    const at = offsets[row] ?? 0;
    slab[t0] = bytes[at + f0] ?? 0;
    slab[t1] = bytes[at + f1] ?? 0;
    slab[t2] = bytes[at + f2] ?? 0;
    slab[t3] = bytes[at + f3] ?? 0;
    t0 += s0;
    t1 += s1;
    t2 += s2;
    t3 += s3;
  }
}
