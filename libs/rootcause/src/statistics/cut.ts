/**
 * Stable cut: the `limit` entries whose trace ids hash lowest (FNV-1a, 32 bits). The same requests are kept in every
 * run, on every machine, and whoever keeps a trace here keeps it in every other set: nothing is sampled by chance.
 */
import { quantileOf } from './quantile.ts';

/** `hashes`: per entry, of its trace id. */
export function stableCut(entries: Uint32Array, hashes: Uint32Array, limit: number): Uint32Array {
  if (entries.length <= limit) return entries;
  const ofEntries = new Float64Array(entries.length);
  for (let i = 0; i < entries.length; i += 1) ofEntries[i] = hashes[entries[i] ?? 0] ?? 0;
  const bar = quantileOf(ofEntries.slice(), limit / entries.length);
  const kept = new Uint32Array(limit);
  let n = 0;
  for (let i = 0; i < entries.length && n < limit; i += 1) {
    if ((ofEntries[i] ?? 0) > bar) continue;
    kept[n] = entries[i] ?? 0;
    n += 1;
  }
  return kept.subarray(0, n);
}

/** http://www.isthe.com/chongo/tech/comp/fnv/ : offset basis 2166136261, prime 16777619; ids are ASCII. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  // FNV's high bits mix last; one multiply-xor round (murmur3's finaliser) spreads ids that differ in their tail only.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
