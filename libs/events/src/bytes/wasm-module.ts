/**
 * WebAssembly modules put together from numbers at run time: for inner loops that need no bounds check at every access and
 * 16 bytes in a register. Nothing is compiled beforehand, so nothing can be out of date, and what a loop does can follow
 * from a table. Opcodes and sections: WebAssembly Core Specification 2.0, chapter 5. Opens nothing, checks nothing: the
 * engine refuses what is not valid.
 *
 *    module = "\0asm" 1 │ types │ functions │ memory │ exports │ bodies          all parameters are i32
 */
export type Code = readonly number[];

export const VALUE = { i32: 0x7f, i64: 0x7e, v128: 0x7b } as const;
const FUNCTION = 0x60;

export interface WasmFunction {
  readonly name: string;
  readonly parameters: number;
  readonly result?: keyof typeof VALUE;
  /** numbered from `parameters` on */
  readonly locals: readonly (keyof typeof VALUE)[];
  /** without the last `end` */
  readonly body: Code;
}

export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  readonly grow: (pages: number) => number;
}

/** The part of the WebAssembly JavaScript Interface that is used here; the library takes no type packages. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { readonly exports: object };
};

export const WASM_PAGE_BYTES = 65_536;
const HEAD = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const END = 0x0b;

/** LEB128 */
export function unsigned(value: number): Code {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

export function signed(value: number): Code {
  return value >= -64 && value < 64 ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(value >> 7)];
}

const sized = (content: Code): Code => [...unsigned(content.length), ...content];
const list = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()];
const section = (id: number, items: readonly Code[]): Code => [id, ...sized(list(items))];
const exported = (name: string, kind: number, index: number): Code => [
  ...sized(Array.from(name, (letter) => letter.charCodeAt(0))),
  kind,
  ...unsigned(index),
];

const typeOf = ({ parameters, result }: WasmFunction): Code => [
  FUNCTION,
  ...sized(Array.from({ length: parameters }, () => VALUE.i32)),
  ...(result === undefined ? [0] : [1, VALUE[result]]),
];

const bodyOf = ({ locals, body }: WasmFunction): Code =>
  sized([...list(locals.map((local) => [1, VALUE[local]])), ...body, END]);

/** One memory, exported as "memory", and the functions, each by its name. */
export function wasmModule(functions: readonly WasmFunction[], pages: number): Uint8Array {
  return Uint8Array.from([
    ...HEAD,
    ...section(1, functions.map(typeOf)),
    ...section(
      3,
      functions.map((_, index) => unsigned(index)),
    ),
    ...section(5, [[0, ...unsigned(pages)]]),
    ...section(7, [exported('memory', 2, 0), ...functions.map(({ name }, index) => exported(name, 0, index))]),
    ...section(10, functions.map(bodyOf)),
  ]);
}

/** "memory" and the functions of the module: whoever made it knows their types. */
export const instantiate = (bytes: Uint8Array): object =>
  new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
