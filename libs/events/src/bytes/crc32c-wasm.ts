/**
 * The inner loops of crc32c.ts in WebAssembly: no bounds check at every access, and 16 bytes in a register.
 *
 * Most bytes are not looked up but folded (after Russell, "Chorba: A novel CRC32 implementation", 2024): modulo the
 * polynomial, 16 bytes are worth what they are worth at three later places together, so they are added there and done
 * with. The last five thousand bytes go through the tables.
 *
 *    memory, one page:  0 ┌ tables of crc32c.ts, 16 × 256 × i32 ┐ 16 384 ┌ a piece of the bytes ┐ 65 536
 *
 *    piece   │ ▓▓ ───┬──────────┬───────────┐                  │
 *            │       ▼ + 767    ▼ + 2524    ▼ + 5275            │
 */
import { DISTANCES, moduleBytes, STEP_BYTES } from './crc32c-module.ts';
import { instantiate, WASM_PAGE_BYTES } from './wasm-module.ts';
import type { WasmMemory } from './wasm-module.ts';

/** Both over whole steps of 16 bytes, and at least one. */
interface Exports {
  readonly memory: WasmMemory;
  readonly table: (remainder: number, at: number, end: number) => number;
  readonly fold: (at: number, end: number) => void;
}

/** What must lie behind 16 bytes, they included, that are folded. */
const REACH_BYTES = STEP_BYTES + DISTANCES[2];

/** Goes on from a remainder, over the whole steps of 16 bytes that there are. */
export type RunSteps = (remainder: number, bytes: Uint8Array) => number;

/** Undefined where WebAssembly is not allowed, as under a Content-Security-Policy of a page. */
export function compileSteps(tables: Int32Array): RunSteps | undefined {
  try {
    // What moduleBytes() exports.
    const loops = instantiate(moduleBytes()) as Exports;
    new Int32Array(loops.memory.buffer).set(tables);
    const piece = new Uint8Array(loops.memory.buffer, tables.byteLength, WASM_PAGE_BYTES - tables.byteLength);
    return (remainder, bytes) => inPieces(remainder, bytes, piece, loops);
  } catch {
    return undefined;
  }
}

function inPieces(first: number, bytes: Uint8Array, piece: Uint8Array, { table, fold }: Exports): number {
  const start = piece.byteOffset;
  const end = bytes.length - (bytes.length % STEP_BYTES);
  let filled = 0;
  for (let from = 0; from < end;) {
    const part = bytes.subarray(from, Math.min(end, from + piece.length - filled));
    piece.set(part, filled);
    // The remainder so far is worth what its bits are worth in the first four bytes.
    if (from === 0) addWord(piece, first);
    from += part.length;
    filled += part.length;
    const folded = Math.floor((filled - REACH_BYTES) / STEP_BYTES) * STEP_BYTES;
    if (folded <= 0) continue;
    fold(start, start + folded);
    piece.copyWithin(0, folded, filled);
    filled -= folded;
  }
  return filled === 0 ? first : table(0, start, start + filled);
}

function addWord(bytes: Uint8Array, word: number): void {
  for (let at = 0; at < 4; at++) bytes[at] = (bytes[at] ?? 0) ^ (word >>> (8 * at));
}
