/**
 * The inner loops of rows as WebAssembly. All over arrays in one memory, from an address up to another; none is empty. What
 * they do is what narrow.ts, place-pairs.ts, spread-ids.ts and unix-time.ts say in TypeScript.
 */
import type { Code, WasmFunction } from '@mapscope/events';
import {
  add,
  block,
  both,
  constant,
  doWhile,
  fillBytes,
  get,
  giveBack,
  isBelow,
  isEqual,
  isNegative,
  isZero,
  leave,
  leaveIf,
  LOAD,
  long,
  loop,
  select,
  set,
  shiftLeft,
  step,
  STORE,
  sub,
  when,
} from '../wasm/code.ts';

const END = 1;

/** (from, end) → all bits that any of them has */
export function bitsFunction(name: string, width: 4 | 8): WasmFunction {
  const [AT, BITS] = [0, 2];
  const value = width === 8 ? LOAD[8](get(AT)) : long.ofUnsigned(LOAD[4](get(AT)));
  const body = [
    ...doWhile([...set(BITS, long.or(get(BITS), value)), ...step(AT, width)], isBelow(get(AT), get(END))),
    ...get(BITS),
  ];
  return { name, parameters: 2, result: 'i64', locals: ['i64'], body };
}

/** (from, end, to): the low bytes of each */
export function narrowFunction(name: string, width: 4 | 8, narrow: 1 | 2 | 4): WasmFunction {
  const [AT, TO] = [0, 2];
  const one = [...STORE[narrow](get(TO), LOAD[4](get(AT))), ...step(AT, width), ...step(TO, narrow)];
  return { name, parameters: 3, locals: [], body: doWhile(one, isBelow(get(AT), get(END))) };
}

/** (from, end, to, low, high): to each the number whose halves are `low` and `high` */
export function addFunction(name: string): WasmFunction {
  const [AT, TO, LOW, HIGH, NUMBER] = [0, 2, 3, 4, 5];
  const high = long.shiftLeft(long.ofUnsigned(get(HIGH)), long.constant(32n));
  const one = [...STORE[8](get(TO), long.add(LOAD[8](get(AT)), get(NUMBER))), ...step(AT, 8), ...step(TO, 8)];
  const number = set(NUMBER, long.or(long.ofUnsigned(get(LOW)), high));
  return { name, parameters: 5, locals: ['i64'], body: [...number, ...doWhile(one, isBelow(get(AT), get(END)))] };
}

/** Fibonacci hashing (Knuth, The Art of Computer Programming, vol. 3, 6.4): 2^64 / φ, odd. */
const GOLDEN = BigInt.asIntN(64, 0x9e37_79b9_7f4a_7c15n);
/** key i64, place + 1 i32 (0 = free), 4 bytes of nothing */
export const SLOT_BYTES = 16;

/** Parameters and locals of a place function, behind (from, end). */
const [AT, PLACES, FIRSTS, SLOTS, BITS, MOST] = [0, 2, 3, 4, 5, 6];
const [KEY, SLOT, PLACE, COUNT, ROW, SHIFT] = [7, 8, 9, 10, 11, 12];
const TABLE_BYTES: Code = [...constant(SLOT_BYTES), ...get(BITS), 0x74];

/**
 * (from, end, places, firsts, slots, bits, most) → how many different ones there are, −1 if more than `most`: place of each,
 * and the first row that has it. Open addressing in 2^bits slots; of ids, which are 4 bytes, all negative ones are −1.
 */
export function placeFunction(name: string, width: 4 | 8): WasmFunction {
  const id = LOAD[4](get(AT));
  const key = width === 8 ? LOAD[8](get(AT)) : long.ofSigned(select(isNegative(id), constant(-1), id));
  const hash = long.lowWord(long.shiftRight(long.mul(get(KEY), long.constant(GOLDEN)), get(SHIFT)));
  const one = [
    ...set(KEY, key),
    ...set(SLOT, add(get(SLOTS), shiftLeft(hash, Math.log2(SLOT_BYTES)))),
    ...block(loop(probeSlot())),
    ...STORE[4](get(PLACES), sub(get(PLACE), constant(1))),
    ...step(PLACES, 4),
    ...step(ROW, 1),
    ...step(AT, width),
  ];
  const body = [
    ...fillBytes(get(SLOTS), 0, TABLE_BYTES),
    ...set(SHIFT, long.ofUnsigned(sub(constant(64), get(BITS)))),
    ...doWhile(one, isBelow(get(AT), get(END))),
    ...get(COUNT),
  ];
  return { name, parameters: 7, result: 'i32', locals: ['i64', 'i32', 'i32', 'i32', 'i32', 'i64'], body };
}

/** Inside a loop inside a block: leaves both with PLACE set, or goes on with the next slot. */
function probeSlot(): Code {
  const next = both(add(sub(get(SLOT), get(SLOTS)), constant(SLOT_BYTES)), sub(TABLE_BYTES, constant(1)));
  const insert = [
    ...when(isEqual(get(COUNT), get(MOST)), giveBack(constant(-1))),
    ...STORE[4](add(get(FIRSTS), shiftLeft(get(COUNT), 2)), get(ROW)),
    ...step(COUNT, 1),
    ...set(PLACE, get(COUNT)),
    ...STORE[8](get(SLOT), get(KEY)),
    ...STORE[4](get(SLOT), get(PLACE), 8),
    ...leave(2),
  ];
  return [
    ...set(PLACE, LOAD[4](get(SLOT), 8)),
    ...when(isZero(get(PLACE)), insert),
    ...leaveIf(long.isEqual(LOAD[8](get(SLOT)), get(KEY)), 1),
    ...set(SLOT, add(get(SLOTS), next)),
    ...leave(0),
  ];
}
