/** Which rows have the same text, four bytes at a time. */
import type { ColumnMemory } from './column-memory.ts';
import type { Places } from './place-pairs.ts';

/** Odd multipliers: those of MurmurHash3 for 32 bits (https://github.com/aappleby/smhasher, public domain). */
const C1 = 0xcc9e_2d51;
const C2 = 0x1b87_3593;

interface Texts {
  readonly words: Int32Array;
  readonly wordsPerRow: number;
  readonly lengths: Uint8Array;
  readonly width: number;
}

/** Open addressing, at most half full: place + 1 of a text; 0 = free. Lengths past the width say that it was cut. */
export function placeTexts(bytes: Uint8Array, width: number, lengths: Uint8Array, memory: ColumnMemory): Places {
  const rows = lengths.length;
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, (width * rows) >>> 2);
  const texts: Texts = { words, wordsPerRow: width >>> 2, lengths, width };
  const firsts: number[] = [];
  const places = memory.u32(rows);
  const slots = memory.u32(2 ** Math.ceil(Math.log2(2 * rows + 2))).fill(0);
  const starts = memory.u32(rows);
  const mask = slots.length - 1;
  for (let row = 0; row < rows; row++) {
    let slot = hashOf(texts, row) & mask;
    let place = slots[slot] ?? 0;
    while (place !== 0 && !isSame(texts, row, starts[place - 1] ?? 0)) {
      slot = (slot + 1) & mask;
      place = slots[slot] ?? 0;
    }
    if (place === 0) {
      slots[slot] = place = firsts.push(row);
      starts[place - 1] = row;
    }
    places[row] = place - 1;
  }
  return { firsts, places };
}

/** Of the last word only what belongs to the text. */
const lastMask = (length: number): number => (1 << ((length & 3) << 3)) - 1;

function hashOf({ words, wordsPerRow, lengths, width }: Texts, row: number): number {
  const length = lengths[row] ?? 0;
  const from = wordsPerRow * row;
  const whole = from + (Math.min(width, length) >>> 2);
  let hash = Math.min(width + 1, length);
  for (let at = from; at < whole; at++) hash = Math.imul(Math.imul(hash ^ (words[at] ?? 0), C1), C2) ^ (hash >>> 13);
  if (length < width) hash = Math.imul(hash ^ ((words[whole] ?? 0) & lastMask(length)), C1);
  return (hash ^ (hash >>> 15)) >>> 0;
}

function isSame({ words, wordsPerRow, lengths, width }: Texts, one: number, other: number): boolean {
  const [length, otherLength] = [lengths[one] ?? 0, lengths[other] ?? 0];
  if (length !== otherLength && !(length > width && otherLength > width)) return false;
  const [from, otherFrom] = [wordsPerRow * one, wordsPerRow * other];
  const whole = Math.min(width, length) >>> 2;
  for (let at = 0; at < whole; at++) if (words[from + at] !== words[otherFrom + at]) return false;
  if (length >= width) return true;
  return (((words[from + whole] ?? 0) ^ (words[otherFrom + whole] ?? 0)) & lastMask(length)) === 0;
}
