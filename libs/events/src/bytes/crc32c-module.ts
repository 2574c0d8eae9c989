/** The two inner loops of crc32c-wasm.ts as a WebAssembly module of about 400 bytes. Opcodes: wasm-module.ts. */
import { signed, unsigned, wasmModule } from './wasm-module.ts';

export const STEP_BYTES = 16;
/** x^(−8 · 767) + x^(−8 · 2524) + x^(−8 · 5275) = 1 modulo the polynomial of CRC-32C; found by trying all up to there. */
export const DISTANCES = [767, 2524, 5275] as const;

const LOOP = [0x03, 0x40];
const END = 0x0b;
const AGAIN_IF = [0x0d, 0];
const GET = (local: number): readonly number[] => [0x20, local];
const SET = (local: number): readonly number[] => [0x21, local];
const TEE = (local: number): readonly number[] => [0x22, local];
const CONST = (value: number): readonly number[] => [0x41, ...signed(value)];
const LOAD = (offset: number): readonly number[] => [0x28, 2, ...unsigned(offset)];
const LOAD_16 = (offset: number): readonly number[] => [0xfd, 0x00, 0, ...unsigned(offset)];
const STORE_16 = (offset: number): readonly number[] => [0xfd, 0x0b, 0, ...unsigned(offset)];
const XOR_16 = [0xfd, 0x51];
const [LT_U, ADD, AND, XOR, SHL, SHR_U] = [0x49, 0x6a, 0x71, 0x73, 0x74, 0x76];

const nextStep = (at: number, end: number): readonly number[] => [
  ...GET(at),
  ...CONST(STEP_BYTES),
  ADD,
  ...TEE(at),
  ...GET(end),
  LT_U,
  ...AGAIN_IF,
];

/** Locals of table(remainder, at, end). */
const [REMAINDER, AT, LAST, WORD] = [0, 1, 2, 3];

/** One entry of the table of a slice: tables[slice][byte `index` of WORD], 4 bytes each. */
function entry(slice: number, index: number): readonly number[] {
  const shift = 8 * index - 2;
  const place = shift < 0 ? [...CONST(2), SHL] : [...CONST(shift), SHR_U];
  return [...GET(WORD), ...place, ...CONST(0x3fc), AND, ...LOAD(slice * 1024)];
}

/** What four bytes of data do to the remainder when `slice` more follow them; the first four carry it. */
function word(slice: number): readonly number[] {
  const data = [...GET(AT), ...LOAD(STEP_BYTES - 4 - slice)];
  const carried = slice === STEP_BYTES - 4 ? [...GET(REMAINDER), ...data, XOR] : data;
  const halves = [0, 2].flatMap((byte) => [
    ...entry(slice + 3 - byte, byte),
    ...entry(slice + 2 - byte, byte + 1),
    XOR,
  ]);
  return [...carried, ...SET(WORD), ...halves, XOR];
}

function tableBody(): readonly number[] {
  // The word that carries the remainder comes last: what it has to wait for is then all done.
  const step = [0, 4, 8, 12].flatMap((slice) => [...word(slice), ...(slice > 0 ? [XOR] : [])]);
  return [...LOOP, ...step, ...SET(REMAINDER), ...nextStep(AT, LAST), END, ...GET(REMAINDER)];
}

/** Locals of fold(at, end). */
const [FROM, TO, SIXTEEN] = [0, 1, 2];

function foldBody(): readonly number[] {
  const onto = (distance: number): readonly number[] => [
    ...GET(FROM),
    ...GET(FROM),
    ...LOAD_16(distance),
    ...GET(SIXTEEN),
    ...XOR_16,
    ...STORE_16(distance),
  ];
  const step = [...GET(FROM), ...LOAD_16(0), ...SET(SIXTEEN), ...DISTANCES.flatMap(onto)];
  return [...LOOP, ...step, ...nextStep(FROM, TO), END];
}

export const moduleBytes = (): Uint8Array =>
  wasmModule(
    [
      { name: 'table', parameters: 3, result: 'i32', locals: ['i32'], body: tableBody() },
      { name: 'fold', parameters: 2, locals: ['v128'], body: foldBody() },
    ],
    1,
  );
