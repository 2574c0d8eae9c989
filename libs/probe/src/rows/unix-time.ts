/**
 * Monotonic → unix nanoseconds, a whole column at once. In 32-bit halves: BigInt arithmetic would make an object per
 * row.
 */
import { OWN_MEMORY } from './column-memory.ts';

export function toUnixNanos(monotonic: BigUint64Array, offset: bigint, memory = OWN_MEMORY): BigInt64Array {
  const told = memory.loops?.add(monotonic, offset);
  if (told !== undefined) return told;
  const from = new Uint32Array(monotonic.buffer, monotonic.byteOffset, 2 * monotonic.length);
  const to = memory.u32(from.length);
  const low = Number(BigInt.asUintN(32, offset));
  const high = Number(BigInt.asUintN(32, offset >> 32n));
  for (let at = 0; at < from.length; at += 2) {
    const sum = (from[at] ?? 0) + low;
    to[at] = sum;
    // The array keeps 32 bits of each; what the low half carried goes to the high one.
    to[at + 1] = (from[at + 1] ?? 0) + high + (sum > 0xffff_ffff ? 1 : 0);
  }
  return new BigInt64Array(to.buffer, to.byteOffset, monotonic.length);
}
