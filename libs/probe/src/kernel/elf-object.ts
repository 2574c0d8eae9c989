/**
 * Reads what clang made of bpf/mapscope.bpf.c: programs, map definitions, constants. Pure; the loader turns it into
 * kernel objects. It knows this object's own conventions (maps.h) and no CO-RE, BTF or calls between programs.
 *
 *    ELF64 header: 40 e_shoff, 60 e_shnum, 62 e_shstrndx
 *    section header (64 bytes): 0 name, 4 type, 24 offset, 32 size, 40 link, 44 info
 *    symbol (24 bytes): 0 name, 4 info, 6 section, 8 value, 16 size
 *    relocation (16 bytes): 0 offset, 8 type, 12 symbol        (System V ABI, "Object Files")
 */
import { MapscopeError } from '@mapscope/events';
import type { MapSpec } from './bpf-syscall.ts';

export interface Relocation {
  /** byte offset of the 16-byte instruction within the program */
  readonly offset: number;
  readonly target: { readonly kind: 'map'; readonly map: string } | { readonly kind: 'constants' };
}

export interface ProgramSpec {
  readonly name: string;
  readonly code: Uint8Array;
  readonly relocations: readonly Relocation[];
}

export interface BpfObject {
  readonly programs: readonly ProgramSpec[];
  readonly maps: readonly MapSpec[];
  readonly constants: Uint8Array;
  /** `const volatile` variables: where in `constants` */
  readonly constantOffsets: ReadonlyMap<string, number>;
  readonly license: string;
}

interface Section {
  readonly name: string;
  readonly type: number;
  readonly info: number;
  readonly link: number;
  readonly bytes: Uint8Array;
}

interface ElfSymbol {
  readonly name: string;
  readonly kind: number;
  readonly section: number;
  readonly value: number;
  readonly size: number;
}

const SECTION_SYMBOLS = 2;
const SECTION_RELOCATIONS = 9;
const SYMBOL_OBJECT = 1;
const SYMBOL_FUNCTION = 2;
/** llvm/BinaryFormat/ELFRelocs/BPF.def */
const R_BPF_64_64 = 1;
const MAP_DEFINITION_BYTES = 20;

export function parseBpfObject(file: Uint8Array): BpfObject {
  // A Buffer's slice shares memory, a Uint8Array's copies: below it must copy.
  const sections = readSections(new Uint8Array(file.buffer, file.byteOffset, file.byteLength));
  const symbols = readSymbols(sections);
  const index = (name: string): number => sections.findIndex((section) => section.name === name);
  const mapsAt = index('maps');
  const constantsAt = index('.rodata');
  const within = (section: number, kind: number): ElfSymbol[] =>
    symbols.filter((symbol) => symbol.section === section && symbol.kind === kind);
  return {
    programs: symbols
      .filter((symbol) => symbol.kind === SYMBOL_FUNCTION)
      .map((symbol) => readProgram(symbol, { sections, symbols, mapsAt, constantsAt })),
    maps: within(mapsAt, SYMBOL_OBJECT).map((symbol) => readMap(symbol, sectionBytes(sections, mapsAt))),
    constants: sectionBytes(sections, constantsAt).slice(),
    constantOffsets: new Map(within(constantsAt, SYMBOL_OBJECT).map((symbol) => [symbol.name, symbol.value])),
    license: cString(sectionBytes(sections, index('license')), 0),
  };
}

function readSections(bytes: Uint8Array): Section[] {
  const view = viewOf(bytes);
  const start = Number(view.getBigUint64(40, true));
  const count = view.getUint16(60, true);
  const headers = Array.from({ length: count }, (_, at) => start + 64 * at);
  const content = (header: number): Uint8Array => {
    const from = Number(view.getBigUint64(header + 24, true));
    return bytes.subarray(from, from + Number(view.getBigUint64(header + 32, true)));
  };
  const names = content(headers[view.getUint16(62, true)] ?? start);
  return headers.map((header) => ({
    name: cString(names, view.getUint32(header, true)),
    type: view.getUint32(header + 4, true),
    link: view.getUint32(header + 40, true),
    info: view.getUint32(header + 44, true),
    bytes: content(header),
  }));
}

function readSymbols(sections: readonly Section[]): ElfSymbol[] {
  const table = sections.find((section) => section.type === SECTION_SYMBOLS);
  if (table === undefined) throw malformed('it has no symbol table');
  const names = sectionBytes(sections, table.link);
  const view = viewOf(table.bytes);
  return Array.from({ length: table.bytes.length / 24 }, (_, at) => ({
    name: cString(names, view.getUint32(24 * at, true)),
    kind: view.getUint8(24 * at + 4) & 15,
    section: view.getUint16(24 * at + 6, true),
    value: Number(view.getBigUint64(24 * at + 8, true)),
    size: Number(view.getBigUint64(24 * at + 16, true)),
  }));
}

/** maps.h, struct map_definition: type, key_size, value_size, max_entries, flags. */
function readMap(symbol: ElfSymbol, bytes: Uint8Array): MapSpec {
  if (symbol.size !== MAP_DEFINITION_BYTES) throw malformed(`the map ${symbol.name} has ${symbol.size} bytes, not 20`);
  const view = viewOf(bytes);
  const word = (index: number): number => view.getUint32(symbol.value + 4 * index, true);
  return {
    name: symbol.name,
    type: word(0),
    keyBytes: word(1),
    valueBytes: word(2),
    maxEntries: word(3),
    flags: word(4),
  };
}

interface Context {
  readonly sections: readonly Section[];
  readonly symbols: readonly ElfSymbol[];
  readonly mapsAt: number;
  readonly constantsAt: number;
}

function readProgram(symbol: ElfSymbol, context: Context): ProgramSpec {
  const code = sectionBytes(context.sections, symbol.section).slice(symbol.value, symbol.value + symbol.size);
  const relocations: Relocation[] = [];
  for (const section of context.sections) {
    if (section.type !== SECTION_RELOCATIONS || section.info !== symbol.section) continue;
    const view = viewOf(section.bytes);
    for (let at = 0; at < section.bytes.length; at += 16) {
      const offset = Number(view.getBigUint64(at, true)) - symbol.value;
      if (offset < 0 || offset >= symbol.size) continue;
      if (view.getUint32(at + 8, true) !== R_BPF_64_64) throw malformed(`${symbol.name} needs an unknown relocation`);
      relocations.push(readRelocation(offset, code, context.symbols[view.getUint32(at + 12, true)], context));
    }
  }
  return { name: symbol.name, code, relocations };
}

/** The symbol's place in .rodata is folded into the instruction's second half (bpf.h: insn[1].imm = offset in value). */
function readRelocation(offset: number, code: Uint8Array, symbol: ElfSymbol | undefined, context: Context): Relocation {
  if (symbol?.section === context.mapsAt) return { offset, target: { kind: 'map', map: symbol.name } };
  if (symbol?.section !== context.constantsAt) throw malformed(`unknown relocation target ${symbol?.name ?? '?'}`);
  const view = viewOf(code);
  view.setInt32(offset + 12, view.getInt32(offset + 4, true) + symbol.value, true);
  return { offset, target: { kind: 'constants' } };
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function sectionBytes(sections: readonly Section[], index: number): Uint8Array {
  const section = sections[index];
  if (section === undefined) throw malformed('a section is missing');
  return section.bytes;
}

function cString(bytes: Uint8Array, from: number): string {
  return new TextDecoder().decode(bytes.subarray(from, bytes.indexOf(0, from)));
}

function malformed(why: string): MapscopeError {
  return new MapscopeError('BPF_FAILED', `the BPF object is broken: ${why}. Build it again: node bpf/build.mjs`);
}
