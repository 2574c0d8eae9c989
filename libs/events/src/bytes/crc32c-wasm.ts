/**
 * The inner loop of crc32c.ts as a WebAssembly module of about 300 bytes, put together here: a table's entry is read
 * without the bounds check that V8 gives every access to a typed array, which is most of what such a loop does.
 *
 *    memory, one page:  0 ┌ tables of crc32c.ts, 16 × 256 × i32 ┐ 16 384 ┌ a piece of the bytes ┐ 65 536
 *
 * Opcodes and sections: WebAssembly Core Specification 1.0, chapter 5.
 */
/** The part of the WebAssembly JavaScript Interface that is used here; the library takes no type packages. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { readonly exports: Readonly<Record<string, unknown>> };
};

const PAGE_BYTES = 65_536;
const STEP_BYTES = 16;

/** "\0asm", version 1 */
const HEAD = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const I32 = 0x7f;
const LOOP = [0x03, 0x40];
const END = 0x0b;
const BR_IF = (depth: number): readonly number[] => [0x0d, depth];
const GET = (local: number): readonly number[] => [0x20, local];
const SET = (local: number): readonly number[] => [0x21, local];
const TEE = (local: number): readonly number[] => [0x22, local];
const CONST = (value: number): readonly number[] => [0x41, ...signed(value)];
const LOAD = (offset: number): readonly number[] => [0x28, 2, ...unsigned(offset)];
const [LT_U, ADD, AND, XOR, SHL, SHR_U] = [0x49, 0x6a, 0x71, 0x73, 0x74, 0x76];

/** LEB128 */
function unsigned(value: number): readonly number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: number): readonly number[] {
  return value >= -64 && value < 64 ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(value >> 7)];
}

const sized = (content: readonly number[]): readonly number[] => [...unsigned(content.length), ...content];
const section = (id: number, content: readonly number[]): readonly number[] => [id, ...sized(content)];
const named = (name: string, kind: number): readonly number[] => [
  ...sized(Array.from(name, (letter) => letter.charCodeAt(0))),
  kind,
  0,
];

/** Of run(remainder, at, end), which works on whole steps; the fourth holds four bytes of data. */
const [REMAINDER, AT, LAST, WORD] = [0, 1, 2, 3];

/** One entry of the table of a slice: tables[slice][byte `index` of WORD], 4 bytes each. */
function entry(slice: number, index: number): readonly number[] {
  const shift = 8 * index - 2;
  const place = shift < 0 ? [...CONST(2), SHL] : [...CONST(shift), SHR_U];
  return [...GET(WORD), ...place, ...CONST(0x3fc), AND, ...LOAD(slice * 1024)];
}

/** What four bytes of data do to the remainder when `slice` more follow them; the first four carry it. */
function word(slice: number): readonly number[] {
  const offset = STEP_BYTES - 4 - slice;
  const data = [...GET(AT), ...LOAD(offset)];
  const carried = slice === STEP_BYTES - 4 ? [...GET(REMAINDER), ...data, XOR] : data;
  const halves = [0, 2].flatMap((index) => [
    ...entry(slice + 3 - index, index),
    ...entry(slice + 2 - index, index + 1),
    XOR,
  ]);
  return [...carried, ...SET(WORD), ...halves, XOR];
}

function moduleBytes(): Uint8Array {
  // The word that carries the remainder comes last: what it has to wait for is then all done.
  const step = [0, 4, 8, 12].flatMap((slice) => [...word(slice), ...(slice > 0 ? [XOR] : [])]);
  const advance = [...GET(AT), ...CONST(STEP_BYTES), ADD, ...TEE(AT), ...GET(LAST), LT_U, ...BR_IF(0)];
  const body = [...LOOP, ...step, ...SET(REMAINDER), ...advance, END, ...GET(REMAINDER), END];
  return Uint8Array.from([
    ...HEAD,
    ...section(1, [1, 0x60, 3, I32, I32, I32, 1, I32]),
    ...section(3, [1, 0]),
    ...section(5, [1, 1, 1, 1]),
    ...section(7, [2, ...named('memory', 2), ...named('run', 0)]),
    ...section(10, [1, ...sized([1, 1, I32, ...body])]),
  ]);
}

/** Goes on from a remainder, over the whole steps of 16 bytes that there are. */
export type RunSteps = (remainder: number, bytes: Uint8Array) => number;

/** Undefined where WebAssembly is not allowed, as under a Content-Security-Policy of a page. */
export function compileSteps(tables: Int32Array): RunSteps | undefined {
  try {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(moduleBytes()));
    // What moduleBytes() exports.
    const { memory, run } = exports as unknown as {
      readonly memory: { readonly buffer: ArrayBuffer };
      readonly run: (remainder: number, at: number, end: number) => number;
    };
    new Int32Array(memory.buffer).set(tables);
    const piece = new Uint8Array(memory.buffer, tables.byteLength, PAGE_BYTES - tables.byteLength);
    return (remainder, bytes) => inPieces(remainder, bytes, piece, run);
  } catch {
    return undefined;
  }
}

function inPieces(
  first: number,
  bytes: Uint8Array,
  piece: Uint8Array,
  run: (remainder: number, at: number, end: number) => number,
): number {
  const end = bytes.length - (bytes.length % STEP_BYTES);
  let remainder = first;
  for (let from = 0; from < end; from += piece.length) {
    const part = bytes.subarray(from, Math.min(end, from + piece.length));
    piece.set(part);
    remainder = run(remainder, piece.byteOffset, piece.byteOffset + part.length);
  }
  return remainder;
}
