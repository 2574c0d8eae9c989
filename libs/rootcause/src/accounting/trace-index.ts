/**
 * From a trace id to its requests: a hash table with open addressing over numbers. A Map of 200 000 strings costs three times
 * as much, most of it in waiting for memory; the hashes made here also serve the stable cuts.
 *
 *     slots   │ · │ 7 │ · │ 2 │ 5 │ · │     slot = hash mod size, else the next free one
 *                   │       │
 *     next          └► 3 ─► −1             the requests of one trace, the last one first
 *
 * Trace ids come from strangers, who could choose them to collide: behind 32 steps a Map takes over.
 */
import { fnv1a } from '../statistics/cut.ts';

export interface TraceIndex {
  /** per request: hash of its trace id */
  readonly hashes: Uint32Array;
  /** a request of the trace, or −1 */
  readonly first: (traceId: string) => number;
  /** per request: the next of its trace, or −1 */
  readonly next: Int32Array;
}

const NONE = -1;
const MAX_STEPS = 32;

export function traceIndex(traceIds: readonly string[], count: number): TraceIndex {
  const hashes = new Uint32Array(count);
  const next = new Int32Array(count).fill(NONE);
  const mask = 2 ** Math.ceil(Math.log2(Math.max(2, count * 2))) - 1;
  const slots = new Int32Array(mask + 1).fill(NONE);
  const crowded = new Map<string, number>();
  /** The slot of this trace, or the free one where it belongs; −1: too many steps away. */
  const slotOf = (traceId: string, hash: number): number => {
    for (let step = 0; step < MAX_STEPS; step += 1) {
      const slot = (hash + step) & mask;
      const request = slots[slot] ?? NONE;
      if (request < 0 || (hashes[request] === hash && traceIds[request] === traceId)) return slot;
    }
    return NONE;
  };
  for (let r = 0; r < count; r += 1) {
    const id = traceIds[r] ?? '';
    const hash = fnv1a(id);
    hashes[r] = hash;
    const slot = slotOf(id, hash);
    next[r] = (slot < 0 ? crowded.get(id) : slots[slot]) ?? NONE;
    if (slot < 0) crowded.set(id, r);
    else slots[slot] = r;
  }
  const first = (traceId: string): number => {
    const slot = slotOf(traceId, fnv1a(traceId));
    return (slot < 0 ? crowded.get(traceId) : slots[slot]) ?? NONE;
  };
  return { hashes, first, next };
}
