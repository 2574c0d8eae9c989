/** What rows name by a number → Spread (spread.ts). */
import { OWN_MEMORY } from './column-memory.ts';
import type { ColumnMemory } from './column-memory.ts';
import { placePairs } from './place-pairs.ts';
import type { Places } from './place-pairs.ts';
import { spreadOf, spreadOne } from './spread.ts';
import type { Spread } from './spread.ts';

/** Ids are indexes of a kernel map (bpf/maps.h: 16 384 stacks) or −1. */
const TABLE_IDS = 1 << 14;

/** All negative ids are one: none. */
export function spreadBy<T>(ids: Int32Array, valueOf: (id: number) => T, memory = OWN_MEMORY): Spread<T> {
  const found = memory.loops?.place(ids, ids.length);
  if (found !== undefined && found !== 'many')
    return spreadOf(
      found.firsts.map((row) => valueOf(Math.max(-1, ids[row] ?? -1))),
      found.places,
      memory,
    );
  const values: T[] = [];
  const places = memory.u32(ids.length);
  // id + 1 → place + 1; 0 = not met yet.
  const known = memory.u32(TABLE_IDS + 1).fill(0);
  for (let row = 0; row < ids.length; row++) {
    const given = ids[row] ?? -1;
    if (given >= TABLE_IDS) return spreadByHash(ids, valueOf, memory);
    const id = given < 0 ? -1 : given;
    let place = known[id + 1] ?? 0;
    if (place === 0) known[id + 1] = place = values.push(valueOf(id));
    places[row] = place - 1;
  }
  return spreadOf(values, places, memory);
}

function spreadByHash<T>(ids: Int32Array, valueOf: (id: number) => T, memory: ColumnMemory): Spread<T> {
  const own = memory.u32(ids.length);
  for (let row = 0; row < ids.length; row++) own[row] = Math.max(-1, ids[row] ?? -1);
  const { firsts, places } = placePairs(own, own, 1, memory);
  const values = firsts.map((row) => valueOf(Math.max(-1, ids[row] ?? -1)));
  return spreadOf(values, places, memory);
}

export function spreadBytes<T>(bytes: Uint8Array, valueOf: (byte: number) => T, memory = OWN_MEMORY): Spread<T> {
  if (bytes.length > 0 && areAllSame(bytes)) return spreadOne(valueOf(bytes[0] ?? 0), bytes.length, memory);
  const values: T[] = [];
  const places = memory.u32(bytes.length);
  const known = memory.u32(256).fill(0);
  for (let row = 0; row < bytes.length; row++) {
    const byte = bytes[row] ?? 0;
    let place = known[byte] ?? 0;
    if (place === 0) known[byte] = place = values.push(valueOf(byte));
    places[row] = place - 1;
  }
  return spreadOf(values, places, memory);
}

function areAllSame(bytes: Uint8Array): boolean {
  const first = bytes[0];
  for (let row = 1; row < bytes.length; row++) if (bytes[row] !== first) return false;
  return true;
}

/** Addresses of the program. */
export function spreadLongs<T>(longs: BigUint64Array, valueOf: (long: bigint) => T, memory = OWN_MEMORY): Spread<T> {
  const halves = new Uint32Array(longs.buffer, longs.byteOffset, 2 * longs.length);
  const found = memory.loops?.place(longs, longs.length);
  const { firsts, places } =
    found === undefined || found === 'many' ? placePairs(halves, halves.subarray(1), 2, memory) : found;
  const values = firsts.map((row) => valueOf(longs[row] ?? 0n));
  return spreadOf(values, places, memory);
}

/** The pairs of two values that rows have. */
export function pairUp<A, B, T>(one: Spread<A>, other: Spread<B>, valueOf: (a: A, b: B) => T): Spread<T> {
  const { memory } = one;
  const [onlyA] = one.values;
  const [onlyB] = other.values;
  if (isOne(other, onlyB)) return { ...one, values: one.values.map((a) => valueOf(a, onlyB)) };
  if (isOne(one, onlyA)) return { ...other, values: other.values.map((b) => valueOf(onlyA, b)) };
  const { firsts, places } = pairPlaces(one, other);
  // Places are indexes of values.
  const values = firsts.map((row) =>
    valueOf(one.values[one.places[row] ?? 0] as A, other.values[other.places[row] ?? 0] as B),
  );
  return spreadOf(values, places, memory);
}

const isOne = <T>({ values }: Spread<T>, _only: T | undefined): _only is T => values.length === 1;

/** A table with an entry for each possible pair, where those are few against the rows. */
function pairPlaces(one: Spread<unknown>, other: Spread<unknown>): Places {
  const { values, places: own, memory } = one;
  const width = other.values.length;
  const possible = values.length * width;
  if (possible > own.length) return placePairs(own, other.places, 1, memory);
  const known = memory.u32(possible).fill(0);
  const places = memory.u32(own.length);
  const firsts: number[] = [];
  for (let row = 0; row < own.length; row++) {
    const pair = Math.imul(own[row] ?? 0, width) + (other.places[row] ?? 0);
    let place = known[pair] ?? 0;
    if (place === 0) known[pair] = place = firsts.push(row);
    places[row] = place - 1;
  }
  return { firsts, places };
}
