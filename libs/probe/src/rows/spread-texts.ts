/**
 * The same for texts: of thousands of rows' bytes, each distinct text is decoded once. A text is what the first `length`
 * bytes of its place say; what the probe left behind them is anything.
 *
 *    bytes   G E T ? ? ? ? ?  G E T ? …      lengths  3 3      →   values ["GET"]   places 0 0
 */
import { textAt } from './column-data.ts';
import type { Spread } from './spread.ts';

export interface SeenText {
  readonly text: string;
  /** longer than the bytes that were read */
  readonly cut: boolean;
}

/** FNV-1a, 32 bits (http://www.isthe.com/chongo/tech/comp/fnv/). */
const OFFSET_BASIS = 0x811c_9dc5;
const PRIME = 0x0100_0193;

export function spreadTexts(bytes: Uint8Array, width: number, lengths: Uint8Array): Spread<SeenText> {
  const rows = lengths.length;
  const values: SeenText[] = [];
  const places = new Uint32Array(rows);
  // Open addressing, at most half full: row + 1 of the first row with that text; 0 = free.
  const slots = new Uint32Array(2 ** Math.ceil(Math.log2(2 * rows + 1)));
  const mask = slots.length - 1;
  for (let row = 0; row < rows; row++) {
    let slot = hashAt(bytes, width * row, Math.min(width, lengths[row] ?? 0)) & mask;
    let first = slots[slot] ?? 0;
    while (first !== 0 && !isSame(bytes, width, lengths, row, first - 1)) {
      slot = (slot + 1) & mask;
      first = slots[slot] ?? 0;
    }
    if (first > 0) places[row] = places[first - 1] ?? 0;
    else {
      slots[slot] = row + 1;
      const length = lengths[row] ?? 0;
      places[row] = values.push({ text: textAt(bytes, row, width, length), cut: length > width }) - 1;
    }
  }
  return { values, places };
}

function hashAt(bytes: Uint8Array, from: number, length: number): number {
  let hash = OFFSET_BASIS;
  for (let at = from; at < from + length; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), PRIME);
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** Lengths past the width say only that the text was cut. */
function isSame(bytes: Uint8Array, width: number, lengths: Uint8Array, one: number, other: number): boolean {
  const [length, otherLength] = [lengths[one] ?? 0, lengths[other] ?? 0];
  if (length !== otherLength && !(length > width && otherLength > width)) return false;
  const end = Math.min(width, length);
  for (let at = 0; at < end; at++) if (bytes[width * one + at] !== bytes[width * other + at]) return false;
  return true;
}

/** The pairs of two values that rows have. */
export function pairUp<A, B>(one: Spread<A>, other: Spread<B>): Spread<readonly [A, B]> {
  const values: (readonly [A, B])[] = [];
  const known = new Map<number, number>();
  const places = new Uint32Array(one.places.length);
  // Exact: both are row counts at most, and their product is far below 2^53.
  const width = other.values.length;
  for (let row = 0; row < places.length; row++) {
    const [a, b] = [one.places[row] ?? 0, other.places[row] ?? 0];
    const key = a * width + b;
    const before = known.get(key);
    places[row] = before ?? values.length;
    if (before !== undefined) continue;
    known.set(key, values.length);
    // Places are indexes of values.
    values.push([one.values[a] as A, other.values[b] as B]);
  }
  return { values, places };
}
