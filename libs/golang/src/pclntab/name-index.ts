/**
 * Function names by hash, made once per program from the bytes as they stand: decoding 100 000 names into strings would
 * take longer than everything else. Different names may share a hash, so the caller compares.
 *
 *   heads: hash → newest index     next[index] → older index with the same hash, or -1
 */
import { malformed } from '../elf/byte-view.ts';

export interface NameIndex {
  withHash(hash: number): readonly number[];
}

export function nameIndex(count: number, hashOf: (index: number) => number): NameIndex {
  const heads = new Map<number, number>();
  const next = new Int32Array(count).fill(-1);
  for (let index = 0; index < count; index++) {
    const hash = hashOf(index);
    next[index] = heads.get(hash) ?? -1;
    heads.set(hash, index);
  }
  return {
    withHash: (hash) => {
      const found: number[] = [];
      for (let index = heads.get(hash) ?? -1; index >= 0; index = next[index] ?? -1) found.push(index);
      return found;
    },
  };
}

/** 32-bit FNV-1a of the bytes up to the NUL. */
export function nameHash(bytes: Uint8Array, start: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; ; at++) {
    const byte = bytes[at];
    if (byte === undefined) throw malformed('a name without end', start);
    if (byte === 0) return hash;
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
}
