/**
 * Loops over whole columns in WebAssembly, for arrays that lie in its memory (column-memory.ts). Undefined: they do not, and
 * there is no room to copy them there; the loops in TypeScript do the same.
 */
import { instantiate, wasmModule } from '@mapscope/events';
import type { WasmMemory } from '@mapscope/events';
import type { ColumnMemory } from './column-memory.ts';
import type { Places } from './place-pairs.ts';
import { addFunction, bitsFunction, narrowFunction, placeFunction, SLOT_BYTES } from './row-code.ts';

type Numbers = Uint32Array | BigUint64Array;

export interface RowLoops {
  /** The same numbers where the loops see them. */
  readonly hold: (values: Numbers) => Held | undefined;
  /** All bits that any of them has. */
  readonly bits: (values: Held) => bigint;
  /** The low bytes of each; false: `to` does not lie in the memory. */
  readonly narrow: (values: Held, to: Uint8Array | Uint16Array | Uint32Array) => boolean;
  readonly add: (values: BigUint64Array, number: bigint) => BigInt64Array | undefined;
  /** Of ids of 32 bits all negative ones are one. 'many': more than `most`. */
  readonly place: (values: BigUint64Array | Int32Array, most: number) => Places | 'many' | undefined;
}

/** An array in the memory, not empty. */
export interface Held {
  readonly width: number;
  readonly from: number;
  readonly end: number;
}

export interface RowModule {
  readonly memory: WasmMemory;
  readonly loopsIn: (memory: ColumnMemory) => RowLoops;
}

type Narrow = (from: number, end: number, to: number) => void;
type Place = (
  ...of: readonly [from: number, end: number, places: number, firsts: number, slots: number, bits: number, most: number]
) => number;

interface Exports {
  readonly memory: WasmMemory;
  readonly bits4: (from: number, end: number) => bigint;
  readonly bits8: Exports['bits4'];
  readonly add: (from: number, end: number, to: number, low: number, high: number) => void;
  readonly place4: Place;
  readonly place8: Place;
}
type All = Exports & Readonly<Record<`narrow${string}`, Narrow>>;

const NARROWINGS = [
  [4, 1],
  [4, 2],
  [8, 1],
  [8, 2],
  [8, 4],
] as const;
const narrowName = (from: number, to: number): `narrow${string}` => `narrow${from}to${to}`;

const MODULE = (pages: number): Uint8Array =>
  wasmModule(
    [
      bitsFunction('bits4', 4),
      bitsFunction('bits8', 8),
      ...NARROWINGS.map(([from, to]) => narrowFunction(narrowName(from, to), from, to)),
      addFunction('add'),
      placeFunction('place4', 4),
      placeFunction('place8', 8),
    ],
    pages,
  );

export function createRowModule(pages: number): RowModule {
  // What MODULE exports.
  const exports = instantiate(MODULE(pages)) as All;
  return { memory: exports.memory, loopsIn: (memory) => loopsOf(exports, memory) };
}

function loopsOf(exports: All, lent: ColumnMemory): RowLoops {
  const { add, bits4, bits8, memory } = exports;
  const isIn = (array: ArrayBufferView): boolean => array.buffer === memory.buffer;
  const hold = (values: Numbers | Int32Array): Held | undefined => {
    const { byteLength, BYTES_PER_ELEMENT: width } = values;
    const bytes = isIn(values) ? values : lent.u8(byteLength);
    if (byteLength === 0 || !isIn(bytes)) return undefined;
    if (bytes instanceof Uint8Array) bytes.set(new Uint8Array(values.buffer, values.byteOffset, byteLength));
    return { width, from: bytes.byteOffset, end: bytes.byteOffset + byteLength };
  };
  return {
    hold,
    bits: ({ width, from, end }) => BigInt.asUintN(64, (width === 8 ? bits8 : bits4)(from, end)),
    narrow: ({ width, from, end }, to) => {
      if (isIn(to)) exports[narrowName(width, to.BYTES_PER_ELEMENT)]?.(from, end, to.byteOffset);
      return isIn(to);
    },
    add: (values, number) => {
      const to = lent.u64(values.length);
      const held = isIn(to) ? hold(values) : undefined;
      if (held === undefined) return undefined;
      add(held.from, held.end, to.byteOffset, Number(BigInt.asIntN(32, number)), Number(number >> 32n));
      return new BigInt64Array(to.buffer, to.byteOffset, values.length);
    },
    place: (values, most) => {
      const held = hold(values);
      return held === undefined ? undefined : placeIn(exports, lent, held, most);
    },
  };
}

/** Their slots, 32 KiB, fit the first-level cache; most columns have fewer. */
const FEW_KEYS = 1000;

function placeIn(exports: All, lent: ColumnMemory, held: Held, most: number): Places | 'many' | undefined {
  const rows = (held.end - held.from) / held.width;
  const places = lent.u32(rows);
  const placeAmong = (keys: number): Places | 'many' | undefined => {
    const bits = Math.ceil(Math.log2(2 * keys + 2));
    const firsts = lent.u32(keys);
    const slots = lent.u64((SLOT_BYTES / 8) << bits);
    if ([places, firsts, slots].some(({ buffer }) => buffer !== exports.memory.buffer)) return undefined;
    const place = held.width === 8 ? exports.place8 : exports.place4;
    const count = place(held.from, held.end, places.byteOffset, firsts.byteOffset, slots.byteOffset, bits, keys);
    return count < 0 ? 'many' : { firsts: Array.from(firsts.subarray(0, count)), places };
  };
  const found = placeAmong(Math.min(most, FEW_KEYS));
  return found === 'many' && most > FEW_KEYS ? placeAmong(Math.min(most, rows)) : found;
}
