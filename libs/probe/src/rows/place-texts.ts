/** Which rows have the same text, four bytes at a time. */
import type { ColumnMemory } from './column-memory.ts';
import type { Places } from './place-pairs.ts';

/** Odd multipliers: those of MurmurHash3 for 32 bits (https://github.com/aappleby/smhasher, public domain). */
const C1 = 0xcc9e_2d51;
const C2 = 0x1b87_3593;

/**
 * Open addressing, at most half full: place + 1 of a text; 0 = free. Lengths past the width say that the text was cut.
 * @param width bytes of a row's place in `bytes`: a multiple of 4, below 255
 */
export function placeTexts(bytes: Uint8Array, width: number, lengths: Uint8Array, memory: ColumnMemory): Places {
  const rows = lengths.length;
  const perRow = width >>> 2;
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, perRow * rows);
  const firsts: number[] = [];
  const places = memory.u32(rows);
  const bits = Math.ceil(Math.log2(2 * rows + 2));
  const slots = memory.u32(2 ** bits).fill(0);
  const tails = memory.u32(rows);
  let lastTail = 0;
  for (let row = 0, from = 0; row < rows; row++, from += perRow) {
    const length = lengths[row] ?? 0;
    const whole = length < width ? length >>> 2 : perRow;
    const tail = length < width ? tailOf(words[from + whole] ?? 0, length) : tailOf(0, width + Number(length > width));
    // Many rows say what the row before them said.
    if (row > 0 && tail === lastTail && areSame(words, from, from - perRow, whole)) {
      places[row] = places[row - 1] ?? 0;
      continue;
    }
    lastTail = tail;
    let hash: number = tail;
    for (let at = from; at < from + whole; at++) hash = Math.imul(hash ^ (words[at] ?? 0), C1);
    let slot = Math.imul(hash ^ (hash >>> 15), C2) >>> (32 - bits);
    let place = slots[slot] ?? 0;
    while (place !== 0) {
      if (tails[place - 1] === tail && areSame(words, from, perRow * (firsts[place - 1] ?? 0), whole)) break;
      slot = (slot + 1) & (slots.length - 1);
      place = slots[slot] ?? 0;
    }
    if (place === 0) {
      slots[slot] = place = firsts.push(row);
      tails[place - 1] = tail;
    }
    places[row] = place - 1;
  }
  return { firsts, places };
}

/** What is behind the whole words, three bytes at most, and the length: a number for each two. */
const tailOf = (word: number, length: number): number => {
  const bits = (length & 3) << 3;
  return ((word & ((1 << bits) - 1)) | (length << 24)) >>> 0;
};

function areSame(words: Int32Array, one: number, other: number, count: number): boolean {
  for (let at = 0; at < count; at++) if (words[one + at] !== words[other + at]) return false;
  return true;
}
