/** Addresses of semaphores → of the sync objects around them (symbols/lock-of.ts). */
import type { LockShape } from '../symbols/lock-of.ts';
import { spreadU8 } from './spread.ts';
import type { Spread } from './spread.ts';

/** In 32-bit halves: BigInt arithmetic would make an object per row. */
export function lockAddresses<T>(
  semaAddresses: BigUint64Array,
  locks: Spread<T>,
  lockOf: (value: T) => LockShape,
): BigUint64Array {
  if (locks.values.every((value) => lockOf(value).semaOffset === 0)) return semaAddresses;
  const rows = semaAddresses.length;
  const from = new Uint32Array(semaAddresses.buffer, semaAddresses.byteOffset, 2 * rows);
  const to = locks.memory.u32(2 * rows);
  const offsets = spreadU8(locks, (value) => lockOf(value).semaOffset);
  for (let row = 0; row < rows; row++) {
    const difference = (from[2 * row] ?? 0) - (offsets[row] ?? 0);
    to[2 * row] = difference;
    // The array keeps 32 bits of each; what the low half borrowed comes from the high one.
    to[2 * row + 1] = (from[2 * row + 1] ?? 0) - (difference < 0 ? 1 : 0);
  }
  return new BigUint64Array(to.buffer, to.byteOffset, rows);
}
