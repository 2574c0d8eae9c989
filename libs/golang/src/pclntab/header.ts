/**
 * The head of Go's function table (runtime.pcHeader, src/runtime/symtab.go), one per program:
 *
 *   │ magic u32 │ 0 0 │ minLC u8 │ ptrSize u8 │ nfunc │ nfiles │ textStart │ names │ cus │ files │ pcs │ funcs │
 *   0           4     6          7            8       16       24          32      40    48      56    64      72
 *
 * From `nfunc` on, 8 bytes each; the last five are offsets of tables from the head. textStart is 0 since Go 1.26.
 */
import type { Arch, ElfFile } from '../elf/elf-file.ts';
import { PT_LOAD } from '../elf/elf-file.ts';
import { MAGIC_1_18, MAGIC_1_20, OLD_MAGICS } from './layout.ts';

export interface PclnHeader {
  readonly magic: number;
  /** virtual address of the head */
  readonly address: number;
  /** the unit of pc deltas: 1 on amd64, 4 on arm64 */
  readonly quantum: number;
  readonly functionCount: number;
  /** file offsets of the head and of the tables */
  readonly start: number;
  readonly names: number;
  readonly compileUnits: number;
  readonly files: number;
  readonly pcs: number;
  readonly functions: number;
}

const HEADER_SIZE = 72;
const QUANTUM: Readonly<Record<Arch, number>> = { amd64: 1, arm64: 4 };
const SECTION_NAMES = ['.gopclntab', '.data.rel.ro.gopclntab'];
/** The linker aligns the table to at least the pointer size. */
const ALIGNMENT = 8;

/** Everything that looks like the head of a function table: the named section, else a search through read-only data. */
export function findHeaders(elf: ElfFile): readonly PclnHeader[] {
  const named = sectionOffsets(elf).map((offset) => readHeader(elf, offset));
  const found = named.filter((header) => header !== undefined);
  return found.length > 0 ? found : searchHeaders(elf);
}

/** Go 1.2 to 1.17 wrote another head. */
export function hasOldHeader(elf: ElfFile): boolean {
  return sectionOffsets(elf).some((offset) => OLD_MAGICS.includes(elf.view.u32(offset)));
}

export function hasFunctionTableSection(elf: ElfFile): boolean {
  return sectionOffsets(elf).length > 0;
}

function sectionOffsets(elf: ElfFile): readonly number[] {
  return SECTION_NAMES.flatMap((name) => elf.section(name)?.fileOffset ?? []);
}

function searchHeaders(elf: ElfFile): readonly PclnHeader[] {
  const found: PclnHeader[] = [];
  for (const segment of elf.segments) {
    if (segment.type !== PT_LOAD) continue;
    const end = segment.fileOffset + segment.size - HEADER_SIZE;
    for (let at = segment.fileOffset; at <= end; at += ALIGNMENT) {
      if (elf.view.bytes[at + 7] !== 8) continue;
      const header = readHeader(elf, at);
      if (header !== undefined) found.push(header);
    }
  }
  return found;
}

function readHeader(elf: ElfFile, start: number): PclnHeader | undefined {
  const { view } = elf;
  const magic = view.u32(start);
  if (magic !== MAGIC_1_18 && magic !== MAGIC_1_20) return undefined;
  const quantum = view.u8(start + 6);
  if (view.u16(start + 4) !== 0 || quantum !== QUANTUM[elf.arch] || view.u8(start + 7) !== 8) return undefined;
  const address = addressOf(elf, start);
  if (address === undefined) return undefined;
  const table = (at: number): number => start + view.u64(start + at);
  return {
    magic,
    address,
    quantum,
    functionCount: view.u64(start + 8),
    start,
    names: table(32),
    compileUnits: table(40),
    files: table(48),
    pcs: table(56),
    functions: table(64),
  };
}

function addressOf(elf: ElfFile, offset: number): number | undefined {
  const load = elf.segments.find(
    ({ type, fileOffset, size }) => type === PT_LOAD && offset >= fileOffset && offset < fileOffset + size,
  );
  return load && offset - load.fileOffset + load.vaddr;
}
