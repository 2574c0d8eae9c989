/**
 * Stable cut: the `limit` entries whose trace ids hash lowest (FNV-1a, 32 bits). The same requests are kept in every
 * run, on every machine, and whoever keeps a trace here keeps it in every other set: nothing is sampled by chance.
 */
export function stableCut(entries: Uint32Array, traceIds: readonly string[], limit: number): Uint32Array {
  if (entries.length <= limit) return entries;
  const hashes = Float64Array.from(entries, (entry) => fnv1a(traceIds[entry] ?? ''));
  const bar = hashes.slice().sort()[limit - 1] ?? 0;
  return entries.filter((_, position) => (hashes[position] ?? 0) <= bar).subarray(0, limit);
}

/** http://www.isthe.com/chongo/tech/comp/fnv/ : offset basis 2166136261, prime 16777619; ids are ASCII. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  // FNV's high bits mix last; one multiply-xor round (murmur3's finaliser) spreads ids that differ in their tail only.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
