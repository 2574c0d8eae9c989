/**
 * runtime.firstmoduledata: where the code really starts and where the inline trees lie. The section .text is no help (C
 * code may precede Go's), and the header's textStart is empty since Go 1.26.
 *
 *   │ pcHeader │ funcnametab │ cutab │ filetab │ pctab │ pclntable │ ftab │ findfunctab │ minpc │ maxpc │ text │ etext │ …
 *   0          8             32      56        80      104         128    152           160     168     176    184
 *
 * The first seven after pcHeader are slices (pointer, length, capacity). These offsets are the same in Go 1.18–1.27.
 * A candidate must pass the same checks that the runtime makes of itself at start (moduledataverify1 in symtab.go);
 * they also rule out several text sections, because later sections shift maxpc.
 */
import { PT_LOAD, type ElfFile, type Segment } from '../elf/elf-file.ts';
import { forEachRelative, relocatedWords } from '../elf/relocations.ts';
import type { PclnHeader } from './header.ts';
import type { PclnLayout } from './layout.ts';

export interface ModuleData {
  /** runtime.text: entry offsets count from here */
  readonly text: number;
  readonly etext: number;
  /** go:func.*: FUNCDATA offsets count from here */
  readonly gofunc: number;
  /** runtime.types: name offsets of type descriptors count from here */
  readonly types: number;
}

const FUNCNAMETAB = 8;
const FTAB = 128;
const FTAB_LENGTH = 136;
const MINPC = 160;
const MAXPC = 168;
const TEXT = 176;
const ETEXT = 184;
/** more than any field used here */
const SIZE = 360;
/** Pointers to the head are few; each candidate costs a pass over the relocations. */
const MAX_CANDIDATES = 64;
const TWO_POW_32 = 4_294_967_296;

export function findModuleData(elf: ElfFile, header: PclnHeader, layout: PclnLayout): ModuleData | undefined {
  let tried = 0;
  for (const address of candidates(elf, header)) {
    const module = readCandidate(elf, header, layout, address);
    if (module !== undefined) return module;
    if (++tried === MAX_CANDIDATES) break;
  }
  return undefined;
}

function readCandidate(elf: ElfFile, header: PclnHeader, layout: PclnLayout, at: number): ModuleData | undefined {
  const word = relocatedWords(elf, at, at + SIZE);
  const { view } = elf;
  const tableAddress = (fileOffset: number): number => header.address + fileOffset - header.start;
  const text = word(at + TEXT);
  const etext = word(at + ETEXT);
  const gofunc = word(at + layout.gofuncOffset);
  const types = word(at + layout.typesOffset);
  if (text === undefined || etext === undefined || gofunc === undefined || types === undefined) return undefined;
  const firstEntry = view.u32(header.functions);
  const lastEnd = view.u32(header.functions + header.functionCount * 8);
  const genuine =
    word(at) === header.address &&
    word(at + FUNCNAMETAB) === tableAddress(header.names) &&
    word(at + FTAB) === tableAddress(header.functions) &&
    word(at + FTAB_LENGTH) === header.functionCount + 1 &&
    word(at + MINPC) === text + firstEntry &&
    word(at + MAXPC) === text + lastEnd &&
    elf.fileOffset(gofunc) !== undefined;
  return genuine ? { text, etext, gofunc, types } : undefined;
}

/** Addresses of pointers to the function table's head: first the section of Go ≥ 1.26, then what a search finds. */
function* candidates(elf: ElfFile, header: PclnHeader): Generator<number> {
  const section = elf.section('.go.module');
  if (section !== undefined) yield section.address;
  if (elf.pie) yield* relocatedTo(elf, header.address);
  for (const segment of elf.segments) {
    if (segment.type === PT_LOAD && segment.writable) yield* wordsEqual(elf, segment, header.address);
  }
}

function relocatedTo(elf: ElfFile, wanted: number): readonly number[] {
  const found: number[] = [];
  forEachRelative(elf, (address, target) => {
    if (target === wanted) found.push(address);
  });
  return found;
}

function* wordsEqual(elf: ElfFile, segment: Segment, wanted: number): Generator<number> {
  const low = wanted % TWO_POW_32;
  const high = Math.floor(wanted / TWO_POW_32);
  const end = segment.fileOffset + segment.size - 8;
  for (let at = segment.fileOffset; at <= end; at += 8) {
    if (elf.view.u32(at) === low && elf.view.u32(at + 4) === high) yield at - segment.fileOffset + segment.vaddr;
  }
}
