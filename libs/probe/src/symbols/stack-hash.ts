/**
 * A stable name for a stack: FNV-1a, 64 bits (http://www.isthe.com/chongo/tech/comp/fnv/), over build id and frames.
 * The same code gives the same hash on every host, whatever addresses it was loaded at. 0 means "no stack".
 */
import type { Frame } from '@mapscope/golang';

const OFFSET_BASIS = 0xcbf2_9ce4_8422_2325n;
const PRIME = 0x100_0000_01b3n;

export function stackHash(buildId: string, frames: readonly Frame[]): bigint {
  const text = [buildId, ...frames.map((frame) => `${frame.function}\0${frame.file}\0${frame.line}`)].join('\n');
  return fnv1a(new TextEncoder().encode(text)) || 1n;
}

export function fnv1a(bytes: Uint8Array): bigint {
  let hash = OFFSET_BASIS;
  for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * PRIME);
  return hash;
}
