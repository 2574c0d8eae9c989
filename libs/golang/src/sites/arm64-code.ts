/**
 * arm64 code as words: every instruction has four bytes (Arm Architecture Reference Manual, C4.1 "A64 instruction set
 * encoding"). Only what choosing a probe site needs.
 */
export interface Arm64Code {
  readonly words: readonly number[];
  /** indexes of words that are constants, loaded by pc-relative instructions of the same function */
  readonly literals: ReadonlySet<number>;
}

export type Arm64Kind = 'conditional' | 'branch' | 'call' | 'return' | 'indirect' | 'address' | 'other';

export function arm64Code(code: Uint8Array): Arm64Code {
  const data = new DataView(code.buffer, code.byteOffset, code.byteLength);
  const words = Array.from({ length: code.length >> 2 }, (_, index) => data.getUint32(index * 4, true));
  return { words, literals: new Set(words.flatMap(literalWords)) };
}

/** Load (literal), C4.1.94: opc 31:30, 011 29:27, V 26, 00 25:24, imm19 23:5. */
export function isLiteralLoad(word: number): boolean {
  return (word & 0x3b000000) === 0x18000000;
}

/** Load/store exclusive, C4.1.94: 001000 in 29:24. */
export function isExclusive(word: number): boolean {
  return (word & 0x3f000000) === 0x08000000;
}

/** 4, 8 or 16 bytes; a prefetch reads none, but nothing else stands there either. */
function literalWords(word: number, index: number): readonly number[] {
  if (!isLiteralLoad(word)) return [];
  const first = index + signed(word >>> 5, 19);
  const words = (word & 0x04000000) !== 0 ? 1 << (word >>> 30) : word >>> 30 === 1 ? 2 : 1;
  return Array.from({ length: words }, (_, at) => first + at);
}

export function kindOf(word: number): Arm64Kind {
  if ((word & 0xff000010) >>> 0 === 0x54000000) return 'conditional'; // b.cond
  if ((word & 0x7e000000) === 0x34000000) return 'conditional'; // cbz, cbnz
  if ((word & 0x7e000000) === 0x36000000) return 'conditional'; // tbz, tbnz
  if ((word & 0xfc000000) >>> 0 === 0x14000000) return 'branch';
  if ((word & 0xfc000000) >>> 0 === 0x94000000) return 'call';
  if ((word & 0xfffffc1f) >>> 0 === 0xd65f0000) return 'return'; // ret xN
  if ((word & 0xffdffc1f) >>> 0 === 0xd61f0000) return 'indirect'; // br, blr
  if ((word & 0x1f000000) === 0x10000000) return 'address'; // adr, adrp
  return 'other';
}

/** Where a direct branch or call goes: bytes from the function's entry; undefined for other instructions. */
export function targetOf(word: number, offset: number): number | undefined {
  const kind = kindOf(word);
  if (kind === 'branch' || kind === 'call') return offset + signed(word, 26) * 4;
  if (kind !== 'conditional') return undefined;
  const isTestBit = (word & 0x7e000000) === 0x36000000;
  return offset + signed(word >>> 5, isTestBit ? 14 : 19) * 4;
}

/** b.ls, unsigned lower or same: the branch of a stack check */
export function isBranchLowerOrSame(word: number): boolean {
  return (word & 0xff00001f) >>> 0 === 0x54000009;
}

/** The low `bits` bits as a two's complement number. */
function signed(value: number, bits: number): number {
  return (value << (32 - bits)) >> (32 - bits);
}
