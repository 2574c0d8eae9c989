/**
 * How large a zstd frame is once unpacked, where its header says so. Pure.
 * Source: RFC 8878, 3.1.1.1 (Frame_Header).
 *
 *    0 ┌──────────────────┬───────────────────┬ ─ ─ ─ ─ ─ ─ ─ ┬ ─ ─ ─ ─ ─ ─ ┬ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ┐
 *      │ magic FD2FB528   │ descriptor, 1     │ window, 0–1   │ dictionary, │ content size,       │
 *      │ little-endian    │ size:2 single:1 … │ (not single)  │ 0 1 2 4     │ 0 (1 if single) 2 4 8 │
 *      └──────────────────┴───────────────────┴ ─ ─ ─ ─ ─ ─ ─ ┴ ─ ─ ─ ─ ─ ─ ┴ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ┘
 *
 * Example: 28 b5 2f fd 80 48 c0 c6 2d 00 → size in 4 bytes, a window, no dictionary → 3 000 000
 */
const MAGIC = 0xfd2f_b528;
const DICTIONARY_BYTES = [0, 1, 2, 4] as const;
const SIZE_BYTES = [0, 2, 4, 8] as const;
/** A size of two bytes is stored less 256, as smaller ones have a shorter form. */
const TWO_BYTES_FROM = 256;

/** Undefined: the frame does not say, or is none. */
export function contentSize(frame: Buffer): number | undefined {
  if (frame.length < 5 || frame.readUInt32LE(0) !== MAGIC) return undefined;
  const descriptor = frame.readUInt8(4);
  const isSingle = (descriptor & 0x20) !== 0;
  const width = SIZE_BYTES[descriptor >> 6] || (isSingle ? 1 : 0);
  const at = 5 + (isSingle ? 0 : 1) + (DICTIONARY_BYTES[descriptor & 3] ?? 0);
  if (width === 0 || frame.length < at + width) return undefined;
  if (width === 8) return Number(frame.readBigUInt64LE(at));
  return frame.readUIntLE(at, width) + (width === 2 ? TWO_BYTES_FROM : 0);
}
