/** Whether all bytes are smaller than a limit: four at a time where they lie at a multiple of 4 and the limit allows it. */
export function areAllBelow(limit: number, bytes: Uint8Array): boolean {
  const words = bytes.byteOffset % 4 === 0 && limit <= 128 ? bytes.length >>> 2 : 0;
  const together = new Int32Array(bytes.buffer, bytes.byteOffset - (bytes.byteOffset % 4), words);
  // A byte with its high bit set is too large; of others the sum with 128 − limit has it set, and carries nothing over.
  const distance = Math.imul(128 - limit, 0x0101_0101);
  let high = 0;
  for (let word = 0; word < words; word++) {
    const four = together[word] ?? 0;
    high |= four | ((four & 0x7f7f_7f7f) + distance);
  }
  if ((high & 0x8080_8080) !== 0) return false;
  for (let at = 4 * words; at < bytes.length; at++) if ((bytes[at] ?? 0) >= limit) return false;
  return true;
}
