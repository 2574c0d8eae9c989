/**
 * CRC-32C (Castagnoli), the checksum of iSCSI, ext4 and Kafka: polynomial 0x1EDC6F41, reflected 0x82F63B78,
 * start and end inverted. Source: RFC 3720, B.4 and 12.1.
 *
 * Sixteen bytes a step (Kounavis and Berry, "Novel Table Lookup-Based Algorithms for High-Performance CRC
 * Generation", 2008): table k says what a byte does to the remainder when k more bytes follow it.
 *
 *   remainder ^ bytes 0–3 ──► tables 15 14 13 12 ┐
 *               bytes 4–7 ──► tables 11 10  9  8 ┤
 *                        …                       ┼─ xor ─► remainder
 *             bytes 12–15 ──► tables  3  2  1  0 ┘
 */
import { compileSteps } from './bytes/crc32c-wasm.ts';
import type { RunSteps } from './bytes/crc32c-wasm.ts';

const POLYNOMIAL = 0x82f63b78;
const SLICES = 16;

/** SLICES × 256 numbers of 32 bits, signed: V8 never makes a double of one. No index is past its end. */
const TABLES = makeTables();
const entry = (slice: number, byte: number): number => TABLES[(slice << 8) | byte] ?? 0;

function makeTables(): Int32Array {
  const tables = new Int32Array(SLICES * 256);
  for (let byte = 0; byte < 256; byte++) {
    let remainder = byte;
    for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? POLYNOMIAL : 0);
    tables[byte] = remainder;
  }
  for (let at = 256; at < SLICES * 256; at++) {
    const before = tables[at - 256] ?? 0;
    tables[at] = (before >>> 8) ^ (tables[before & 0xff] ?? 0);
  }
  return tables;
}

/** What four bytes do to the remainder when `slice` more follow them. */
const word = (slice: number, bytes: number): number =>
  entry(slice + 3, bytes & 0xff) ^
  entry(slice + 2, (bytes >>> 8) & 0xff) ^
  entry(slice + 1, (bytes >>> 16) & 0xff) ^
  entry(slice, bytes >>> 24);

/** Goes on from a remainder, over the whole steps; crc32c-wasm.ts stands in for it where there is WebAssembly. */
const runHere: RunSteps = (first, bytes) => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let remainder = first;
  for (let at = 0, end = view.byteLength - (SLICES - 1); at < end; at += SLICES) {
    remainder =
      word(12, remainder ^ view.getInt32(at, true)) ^
      word(8, view.getInt32(at + 4, true)) ^
      word(4, view.getInt32(at + 8, true)) ^
      word(0, view.getInt32(at + 12, true));
  }
  return remainder;
};

/** Below it, the way into WebAssembly and back costs more than it saves. */
const SMALLEST_COMPILED = 1024;
let compiled: RunSteps | undefined;

/** Unsigned 32 bits. */
export function crc32c(bytes: Uint8Array): number {
  if (bytes.length >= SMALLEST_COMPILED) compiled ??= compileSteps(TABLES) ?? runHere;
  const run = bytes.length >= SMALLEST_COMPILED ? (compiled ?? runHere) : runHere;
  let remainder = run(-1, bytes);
  const rest = bytes.length - (bytes.length % SLICES);
  for (let at = rest; at < bytes.length; at++)
    remainder = (remainder >>> 8) ^ entry(0, (remainder ^ (bytes[at] ?? 0)) & 0xff);
  return ~remainder >>> 0;
}
