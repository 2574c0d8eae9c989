/** Which partition a key goes to: stated here, so that order per key never hangs on a client library's default. Pure. */

/** FNV-1a, 32 bit, over UTF-8 (http://www.isthe.com/chongo/tech/comp/fnv/): 0x811c9dc5 basis, 0x01000193 prime. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** Same key, same partition, as long as the topic keeps its number of partitions. */
export function choosePartition(orderKey: string, partitions: number): number {
  return fnv1a(orderKey) % partitions;
}
