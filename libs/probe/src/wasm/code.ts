/** Words of WebAssembly that our loops use: WebAssembly Core Specification 2.0, 5.4. What a module is: events, wasm-module.ts. */
import { signed, unsigned } from '@mapscope/events';
import type { Code } from '@mapscope/events';

export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number, value: Code): Code => [...value, 0x21, ...unsigned(local)];
export const constant = (value: number): Code => [0x41, ...signed(value)];
export const add = (a: Code, b: Code): Code => [...a, ...b, 0x6a];
export const sub = (a: Code, b: Code): Code => [...a, ...b, 0x6b];
export const mul = (a: Code, b: Code): Code => [...a, ...b, 0x6c];
export const shiftLeft = (a: Code, bits: number): Code => (bits === 0 ? a : [...a, ...constant(bits), 0x74]);
export const isBelow = (a: Code, b: Code): Code => [...a, ...b, 0x49];
export const isEqual = (a: Code, b: Code): Code => [...a, ...b, 0x46];
export const both = (a: Code, b: Code): Code => [...a, ...b, 0x71];
/** a where the condition holds, else b */
export const select = (condition: Code, a: Code, b: Code): Code => [...a, ...b, ...condition, 0x1b];
export const isNegative = (a: Code): Code => [...a, ...constant(0), 0x48];
export const isZero = (a: Code): Code => [...a, 0x45];
/** local += by */
export const step = (local: number, by: number): Code => set(local, add(get(local), constant(by)));

const BLOCK = [0x02, 0x40];
const LOOP = [0x03, 0x40];
const IF = [0x04, 0x40];
const END = 0x0b;
const [BREAK, BREAK_IF, RETURN] = [0x0c, 0x0d, 0x0f];

export const when = (condition: Code, body: Code): Code => [...condition, ...IF, ...body, END];
/** At least once. */
export const doWhile = (body: Code, again: Code): Code => [...LOOP, ...body, ...again, BREAK_IF, 0, END];
export const whileTrue = (condition: Code, body: Code): Code => when(condition, doWhile(body, condition));

/** Of the innermost block or loop 0, of the one around it 1, …: a block is left, a loop begins again; `when` is one too. */
export const leave = (depth: number): Code => [BREAK, depth];
export const leaveIf = (condition: Code, depth: number): Code => [...condition, BREAK_IF, depth];
export const block = (body: Code): Code => [...BLOCK, ...body, END];
export const loop = (body: Code): Code => [...LOOP, ...body, END];
export const giveBack = (value: Code): Code => [...value, RETURN];

/** The same of 64 bits. */
export const long = {
  constant: (value: bigint): Code => [0x42, ...signedLong(value)],
  ofSigned: (word: Code): Code => [...word, 0xac],
  ofUnsigned: (word: Code): Code => [...word, 0xad],
  lowWord: (value: Code): Code => [...value, 0xa7],
  add: (a: Code, b: Code): Code => [...a, ...b, 0x7c],
  mul: (a: Code, b: Code): Code => [...a, ...b, 0x7e],
  or: (a: Code, b: Code): Code => [...a, ...b, 0x84],
  shiftLeft: (a: Code, bits: Code): Code => [...a, ...bits, 0x86],
  shiftRight: (a: Code, bits: Code): Code => [...a, ...bits, 0x88],
  isEqual: (a: Code, b: Code): Code => [...a, ...b, 0x51],
} as const;

function signedLong(value: bigint): Code {
  const low = Number(value & 0x7fn);
  return value >= -64n && value < 64n ? [low] : [low | 0x80, ...signedLong(value >> 7n)];
}

/** An element in memory at an address plus a constant; alignment is a hint only, so none is given. */
const access =
  (opcode: Code) =>
  (address: Code, offset = 0): Code => [...address, ...opcode, 0, ...unsigned(offset)];
export const LOAD = {
  1: access([0x2d]),
  2: access([0x2f]),
  4: access([0x28]),
  8: access([0x29]),
  16: access([0xfd, 0x00]),
} as const;

const storing =
  (opcode: Code) =>
  (address: Code, value: Code, offset = 0): Code => [...address, ...value, ...opcode, 0, ...unsigned(offset)];
export const STORE = {
  1: storing([0x3a]),
  2: storing([0x3b]),
  4: storing([0x36]),
  8: storing([0x37]),
  16: storing([0xfd, 0x0b]),
} as const;

export const fillBytes = (at: Code, byte: number, sizeBytes: Code): Code => [
  ...at,
  ...constant(byte),
  ...sizeBytes,
  0xfc,
  0x0b,
  0,
];

export const copyBytes = (to: Code, from: Code, sizeBytes: number): Code => [
  ...to,
  ...from,
  ...constant(sizeBytes),
  0xfc,
  0x0a,
  0,
  0,
];
