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

export function copyLongs({ from, to, step }: Lanes, { longs: slab }: Slab, rows: number, run: Run): void {
  const { longs, offsets, count } = run;
  for (let lane = 0; lane < from.length; lane += 4) {
    const [f0 = 0, f1 = 0, f2 = 0, f3 = 0] = from.subarray(lane, lane + 4);
    const [s0 = 0, s1 = 0, s2 = 0, s3 = 0] = step.subarray(lane, lane + 4);
    let [t0 = 0, t1 = 0, t2 = 0, t3 = 0] = placesOf(to, step, lane, rows);
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
}

export function copyWords({ from, to, step }: Lanes, { words: slab }: Slab, rows: number, run: Run): void {
  const { words, offsets, count } = run;
  for (let lane = 0; lane < from.length; lane += 4) {
    const [f0 = 0, f1 = 0, f2 = 0, f3 = 0] = from.subarray(lane, lane + 4);
    const [t0 = 0, t1 = 0, t2 = 0, t3 = 0] = placesOf(to, step, lane, rows);
    for (let row = 0; row < count; row++) {
      const at = (offsets[row] ?? 0) >>> 2;
      slab[t0 + row] = words[at + f0] ?? 0;
      slab[t1 + row] = words[at + f1] ?? 0;
      slab[t2 + row] = words[at + f2] ?? 0;
      slab[t3 + row] = words[at + f3] ?? 0;
    }
  }
}

export function copyBytes({ from, to, step }: Lanes, { bytes: slab }: Slab, rows: number, run: Run): void {
  const { bytes, offsets, count } = run;
  for (let lane = 0; lane < from.length; lane += 4) {
    const [f0 = 0, f1 = 0, f2 = 0, f3 = 0] = from.subarray(lane, lane + 4);
    const [s0 = 0, s1 = 0, s2 = 0, s3 = 0] = step.subarray(lane, lane + 4);
    let [t0 = 0, t1 = 0, t2 = 0, t3 = 0] = placesOf(to, step, lane, rows);
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
}

const placesOf = (to: Uint32Array, step: Uint32Array, lane: number, rows: number): readonly number[] =>
  [0, 1, 2, 3].map((next) => (to[lane + next] ?? 0) + rows * (step[lane + next] ?? 0));
