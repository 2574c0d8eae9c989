/** Which rows have the same two numbers of 32 bits: the halves of an address, or places of two spreads. */
import { MapscopeError } from '@mapscope/events';
import type { ColumnMemory } from './column-memory.ts';

export interface Places {
  /** for each pair that there is: the first row that has it */
  readonly firsts: readonly number[];
  /** of each row: which of the pairs */
  readonly places: Uint32Array<ArrayBuffer>;
}

/** Fibonacci hashing (Knuth, The Art of Computer Programming, vol. 3, 6.4): 2^32 / φ, odd. */
const GOLDEN = 0x9e37_79b1;
const OTHER_ODD = 0x85eb_ca6b;

/**
 * Open addressing, at most half full: place + 1 of a pair; 0 = free.
 * @param step from one row's number to the next row's in both arrays
 */
export function placePairs(low: Uint32Array, high: Uint32Array, step: number, memory: ColumnMemory): Places {
  const found = placeFewPairs(low, high, step, memory, low.length);
  if (found === undefined)
    throw new MapscopeError('INTERNAL', `${low.length} rows have more pairs than rows: report it`);
  return found;
}

/** Undefined: there are more than `most` of them. */
export function placeFewPairs(
  low: Uint32Array,
  high: Uint32Array,
  step: number,
  memory: ColumnMemory,
  most: number,
): Places | undefined {
  const firsts: number[] = [];
  const rows = Math.ceil(low.length / step);
  const places = memory.u32(rows);
  const bits = Math.ceil(Math.log2(2 * Math.min(rows, most) + 2));
  const slots = memory.u32(2 ** bits).fill(0);
  const lows = memory.u32(slots.length);
  const highs = memory.u32(slots.length);
  for (let row = 0, at = 0, place = 0; row < rows; row++, at += step) {
    const a = low[at] ?? 0;
    const b = high[at] ?? 0;
    // Many rows say what the row before them said.
    if (row === 0 || a !== low[at - step] || b !== high[at - step]) {
      let slot = Math.imul(Math.imul(a, GOLDEN) ^ b, OTHER_ODD) >>> (32 - bits);
      while ((place = slots[slot] ?? 0) !== 0 && (lows[slot] !== a || highs[slot] !== b))
        slot = (slot + 1) & (slots.length - 1);
      if (place === 0) {
        if (firsts.length === most) return undefined;
        slots[slot] = place = firsts.push(row);
        lows[slot] = a;
        highs[slot] = b;
      }
    }
    places[row] = place - 1;
  }
  return { firsts, places };
}
