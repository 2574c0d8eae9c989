/**
 * pc → the frames a Go traceback prints there, innermost first. Follows the runtime's own inlineUnwinder
 * (src/runtime/symtabinl.go): PCDATA_InlTreeIndex gives the inlined call at a pc, its parentPc a pc in the caller.
 *
 *   _func: … │ pcsp 16 │ pcfile 20 │ pcln 24 │ npcdata 28 │ cuOffset 32 │ … │ nfuncdata u8 │ pcdata u32… │ funcdata u32… │
 */
import type { ElfFile } from '../elf/elf-file.ts';
import { malformed } from '../elf/byte-view.ts';
import type { FunctionTable } from './function-table.ts';
import type { PclnHeader } from './header.ts';
import type { PclnLayout } from './layout.ts';
import { pcValue } from './pc-value.ts';

export interface Frame {
  readonly function: string;
  /** as the compiler wrote it: a path, or module/path with -trimpath; "?" where unknown */
  readonly file: string;
  readonly line: number;
}

export interface FrameTables {
  readonly elf: ElfFile;
  readonly header: PclnHeader;
  readonly layout: PclnLayout;
  readonly table: FunctionTable;
  readonly gofunc: number;
}

/** src/internal/abi/symtab.go (the same in Go 1.18–1.27) */
const PCDATA_INL_TREE_INDEX = 2;
const FUNCDATA_INL_TREE = 3;
const ABSENT = 0xffffffff;
/** The compiler inlines a few dozen deep at most; a damaged tree may run in circles. */
const MAX_INLINE_DEPTH = 256;

export function framesAt(tables: FrameTables, address: number): readonly Frame[] {
  const index = tables.table.indexOf(address);
  if (index === undefined) return [];
  const record = tables.table.record(index);
  const tree = inlineTree(tables, record);
  const frames: Frame[] = [];
  let pcOffset = address - tables.table.entry(index);
  for (let depth = 0; depth < MAX_INLINE_DEPTH; depth++) {
    const call = tree === undefined ? -1 : pcData(tables, record, PCDATA_INL_TREE_INDEX, pcOffset);
    if (tree === undefined || call < 0) {
      return [...frames, frame(tables, record, nameOffsetOf(tables, record), pcOffset)];
    }
    const entry = tree + call * tables.layout.inlinedCallSize;
    const nameOffset = tables.elf.view.i32(entry + tables.layout.inlinedNameOffset);
    frames.push(frame(tables, record, nameOffset, pcOffset));
    pcOffset = tables.elf.view.i32(entry + tables.layout.inlinedParentPcOffset);
  }
  throw malformed('an inline tree without root', record);
}

function frame(tables: FrameTables, record: number, nameOffset: number, pcOffset: number): Frame {
  return { function: printedName(tables.table.nameAt(nameOffset)), ...fileLine(tables, record, pcOffset) };
}

/** Go prints type arguments as [...] (funcNameForPrint, src/runtime/symtab.go; before 1.21 the linker did it). */
function printedName(name: string): string {
  const open = name.indexOf('[');
  const close = name.lastIndexOf(']');
  return open < 0 || close < open ? name : `${name.slice(0, open)}[...]${name.slice(close + 1)}`;
}

function fileLine(tables: FrameTables, record: number, pcOffset: number): { file: string; line: number } {
  const { view } = tables.elf;
  const pcTables = pcTablesOf(tables);
  const fileIndex = pcValue(pcTables, view.u32(record + 20), pcOffset);
  const line = pcValue(pcTables, view.u32(record + 24), pcOffset);
  if (fileIndex < 0 || line < 0) return { file: '?', line: 0 };
  const fileOffset = view.u32(tables.header.compileUnits + (view.u32(record + 32) + fileIndex) * 4);
  return { file: fileOffset === ABSENT ? '?' : view.cstring(tables.header.files + fileOffset), line };
}

function pcData(tables: FrameTables, record: number, kind: number, pcOffset: number): number {
  const { view } = tables.elf;
  if (kind >= view.u32(record + 28)) return -1;
  return pcValue(pcTablesOf(tables), view.u32(record + tables.layout.funcSize + kind * 4), pcOffset);
}

/** File offset of the function's inline tree; undefined where nothing was inlined into it. */
function inlineTree(tables: FrameTables, record: number): number | undefined {
  const { view } = tables.elf;
  const { funcSize } = tables.layout;
  if (FUNCDATA_INL_TREE >= view.u8(record + funcSize - 1)) return undefined;
  const offset = view.u32(record + funcSize + (view.u32(record + 28) + FUNCDATA_INL_TREE) * 4);
  if (offset === ABSENT) return undefined;
  const tree = tables.elf.fileOffset(tables.gofunc + offset);
  if (tree === undefined) throw malformed('an inline tree outside the program', record);
  return tree;
}

function nameOffsetOf(tables: FrameTables, record: number): number {
  return tables.elf.view.i32(record + 4);
}

function pcTablesOf({ elf, header }: FrameTables): { view: ElfFile['view']; pcs: number; quantum: number } {
  return { view: elf.view, pcs: header.pcs, quantum: header.quantum };
}
