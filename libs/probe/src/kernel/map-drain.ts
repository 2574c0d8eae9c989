/** Reads a hash map in pieces: BPF_MAP_LOOKUP_BATCH, or BPF_MAP_LOOKUP_AND_DELETE_BATCH, which empties it. Fields of `union bpf_attr`, struct batch (bpf.h). */
import type { Arena, Piece } from './arena.ts';

export interface DrainedMap {
  readonly keys: Uint8Array;
  readonly values: Uint8Array;
}

export interface DrainNeeds {
  readonly arena: Arena;
  readonly takeBatch: (attribute: Piece) => number;
  readonly lastError: () => string;
  readonly fail: (what: string) => Error;
}

/** Must hold the longest chain of one bucket; a bucket is taken whole or not at all (kernel/bpf/hashtab.c, ENOSPC). */
const AT_ONCE = 4096;

/**
 *    0 in_batch  8 out_batch  16 keys  24 values  32 count  36 map_fd  40 elem_flags  48 flags
 */
export function drainMap(needs: DrainNeeds, mapFd: number, keyBytes: number, valueBytes: number): DrainedMap {
  const { arena, takeBatch, lastError, fail } = needs;
  const keys: Uint8Array[] = [];
  const values: Uint8Array[] = [];
  let position: Uint8Array | undefined;
  for (let isLast = false; !isLast;) {
    arena.reset();
    const attribute = arena.take(56);
    const [from, to] = [arena.take(8), arena.take(8)];
    const [keyRoom, valueRoom] = [arena.take(AT_ONCE * keyBytes), arena.take(AT_ONCE * valueBytes)];
    if (position !== undefined) from.bytes.set(position);
    attribute.view.setBigUint64(0, position === undefined ? 0n : from.address, true);
    attribute.view.setBigUint64(8, to.address, true);
    attribute.view.setBigUint64(16, keyRoom.address, true);
    attribute.view.setBigUint64(24, valueRoom.address, true);
    attribute.view.setUint32(32, AT_ONCE, true);
    attribute.view.setUint32(36, mapFd, true);
    if (takeBatch(attribute) < 0) {
      // ENOENT: that was the last piece, and it counts.
      if (lastError() !== 'ENOENT') throw fail('reading a map');
      isLast = true;
    }
    const count = attribute.view.getUint32(32, true);
    keys.push(keyRoom.bytes.slice(0, count * keyBytes));
    values.push(valueRoom.bytes.slice(0, count * valueBytes));
    position = to.bytes.slice();
  }
  return { keys: joined(keys), values: joined(values) };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
