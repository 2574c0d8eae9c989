/**
 * Columns no wider than their values: what is written, copied and compressed less (events: native/wire-type.ts). A number
 * that differs from row to row costs zstd 13 ns in eight bytes, 3 in two; what repeats costs an index.
 */
import type { ColumnData } from '@mapscope/events';
import { bytes16, bytes8, u16, u32, u64, u8 } from './column-data.ts';
import { OWN_MEMORY } from './column-memory.ts';
import type { ColumnMemory } from './column-memory.ts';
import { placeFewPairs } from './place-pairs.ts';
import { spreadLong, spreadOf } from './spread.ts';

/** Every row has the type's own: 0, '', zero bytes. The column does not travel. */
const DEFAULT: ColumnData = { storage: 'default' };

/** Counts, durations, goroutine ids: in as many bytes as the largest needs. */
export function numbers(values: BigUint64Array, memory: ColumnMemory = OWN_MEMORY): ColumnData {
  const told = narrowedByLoops(values, memory);
  if (told !== undefined) return told;
  const halves = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
  let low = 0;
  let high = 0;
  for (let at = 0; at < halves.length; at += 2) {
    low |= halves[at] ?? 0;
    high |= halves[at + 1] ?? 0;
  }
  if (high !== 0) return u64(values);
  return narrowed(halves, 2, low >>> 0, memory);
}

export function words(values: Uint32Array, memory: ColumnMemory = OWN_MEMORY): ColumnData {
  const told = narrowedByLoops(values, memory);
  if (told !== undefined) return told;
  let bits = 0;
  for (let row = 0; row < values.length; row++) bits |= values[row] ?? 0;
  return bits >>> 0 > 0xffff ? u32(values) : narrowed(values, 1, bits >>> 0, memory);
}

/** Undefined: the loops do not see the memory. */
function narrowedByLoops(values: Uint32Array | BigUint64Array, memory: ColumnMemory): ColumnData | undefined {
  const { loops } = memory;
  const held = loops?.hold(values);
  if (loops === undefined || held === undefined) return undefined;
  const bits = loops.bits(held);
  if (bits === 0n) return DEFAULT;
  if (bits <= 0xffn) return filled(memory.u8(values.length), (to) => loops.narrow(held, to), u8);
  if (bits <= 0xffffn) return filled(memory.u16(values.length), (to) => loops.narrow(held, to), u16);
  if (values instanceof Uint32Array) return u32(values);
  return bits > 0xffff_ffffn ? u64(values) : filled(memory.u32(values.length), (to) => loops.narrow(held, to), u32);
}

const filled = <A>(to: A, fill: (to: A) => boolean, column: (values: A) => ColumnData): ColumnData | undefined =>
  fill(to) ? column(to) : undefined;

/** @param bits that any of them has */
function narrowed(words: Uint32Array, step: 1 | 2, bits: number, memory: ColumnMemory): ColumnData {
  const rows = words.length / step;
  if (bits === 0) return DEFAULT;
  if (bits <= 0xff) return u8(toBytes(memory.u8(rows), words, step));
  if (bits <= 0xffff) return u16(toHalves(memory.u16(rows), words, step));
  return u32(toWords(memory.u32(rows), words, step));
}

// A loop for each width, so that each sees one type of array only.

function toBytes(to: Uint8Array, words: Uint32Array, step: 1 | 2): Uint8Array {
  for (let row = 0, at = 0; row < to.length; row++, at += step) to[row] = words[at] ?? 0;
  return to;
}

function toHalves(to: Uint16Array, words: Uint32Array, step: 1 | 2): Uint16Array {
  for (let row = 0, at = 0; row < to.length; row++, at += step) to[row] = words[at] ?? 0;
  return to;
}

function toWords(to: Uint32Array, words: Uint32Array, step: 1 | 2): Uint32Array {
  for (let row = 0, at = 0; row < to.length; row++, at += step) to[row] = words[at] ?? 0;
  return to;
}

/** Addresses of locks and maps: each once, where rows are many times as many. */
export function addresses(values: BigUint64Array, memory: ColumnMemory = OWN_MEMORY): ColumnData {
  const halves = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
  const most = mostRepeated(values.length);
  const found =
    memory.loops?.place(values, most) ?? placeFewPairs(halves, halves.subarray(1), 2, memory, most) ?? 'many';
  if (found === 'many') return u64(values);
  return spreadLong(spreadOf(found.firsts, found.places, memory), (row) => values[row] ?? 0n);
}

/** More keys than this would cost about what they save. */
const mostRepeated = (rows: number): number => rows >>> 3;

/** Bytes of which most batches have none but zeros. */
export const rareBytes = (values: Uint8Array): ColumnData => (areZero(values) ? DEFAULT : u8(values));
export const rareIds8 = (values: Uint8Array): ColumnData => (areZero(values) ? DEFAULT : bytes8(values));
export const rareIds16 = (values: Uint8Array): ColumnData => (areZero(values) ? DEFAULT : bytes16(values));

function areZero(bytes: Uint8Array): boolean {
  // Columns lie at multiples of 4; what is behind the last four is looked at by itself.
  const whole = bytes.byteOffset % 4 === 0 ? bytes.length >>> 2 : 0;
  const four = new Int32Array(bytes.buffer, bytes.byteOffset - (bytes.byteOffset % 4), whole);
  for (let at = 0; at < whole; at++) if (four[at] !== 0) return false;
  for (let at = 4 * whole; at < bytes.length; at++) if (bytes[at] !== 0) return false;
  return true;
}
