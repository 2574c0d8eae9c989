/**
 * ELF64 little-endian, as far as reading a linked Go program needs it (System V gABI, "Object Files").
 *
 *   ┌ header 64 bytes ┐ phoff ┌ program header 56 bytes × phnum ┐  shoff ┌ section header 64 bytes × shnum ┐
 *   │ e_type 16       ├──────►│ p_type 0, p_flags 4, p_offset 8 │ ──────►│ sh_name 0, sh_type 4, sh_addr 16│
 *   │ e_machine 18    │       │ p_vaddr 16, p_filesz 32         │        │ sh_offset 24, sh_size 32        │
 *   └─────────────────┘       └─────────────────────────────────┘        └─────────────────────────────────┘
 */
import { MapscopeError } from '@mapscope/events';
import { type ByteView, byteView, malformed } from './byte-view.ts';

export type Arch = 'amd64' | 'arm64';

export interface Segment {
  readonly type: number;
  readonly executable: boolean;
  readonly writable: boolean;
  readonly vaddr: number;
  readonly fileOffset: number;
  /** bytes present in the file (p_filesz); memory beyond them is zero */
  readonly size: number;
}

export interface Section {
  readonly name: string;
  readonly type: number;
  readonly address: number;
  readonly fileOffset: number;
  /** bytes in the file: 0 for SHT_NOBITS */
  readonly size: number;
  /** SHF_COMPRESSED: begins with a compression header */
  readonly compressed: boolean;
}

export interface ElfFile {
  readonly view: ByteView;
  readonly arch: Arch;
  readonly pie: boolean;
  readonly segments: readonly Segment[];
  readonly sections: readonly Section[];
  section(name: string): Section | undefined;
  /** where the byte of a virtual address stands in the file; undefined outside the loaded segments */
  fileOffset(address: number): number | undefined;
}

export const PT_LOAD = 1;
export const PT_DYNAMIC = 2;
export const PT_NOTE = 4;
const SHT_NOBITS = 8;
const SHF_COMPRESSED = 0x800;
const PF_X = 1;
const PF_W = 2;
const ET_EXEC = 2;
const ET_DYN = 3;
const PHDR_SIZE = 56;
const SHDR_SIZE = 64;
/** e_machine: EM_X86_64, EM_AARCH64 */
const MACHINES: Readonly<Record<number, Arch>> = { 62: 'amd64', 183: 'arm64' };

export function readElf(bytes: Uint8Array): ElfFile {
  const view = byteView(bytes);
  const type = view.u16(16);
  if (type !== ET_EXEC && type !== ET_DYN) {
    const message = `the ELF file is of type ${type}, not a linked program; give the path of the running executable, not of an object or core file`;
    throw new MapscopeError('TARGET_NOT_GO', message, { facts: { type } });
  }
  const arch = MACHINES[view.u16(18)];
  if (arch === undefined) {
    const message = `the program is for ELF machine ${view.u16(18)}; supported are amd64 (62) and arm64 (183)`;
    throw new MapscopeError('TARGET_UNSUPPORTED', message, { facts: { machine: view.u16(18) } });
  }
  const segments = readSegments(view);
  const sections = readSections(view);
  const loads = segments.filter((segment) => segment.type === PT_LOAD);
  const byName = new Map(sections.map((section) => [section.name, section]));
  return {
    view,
    arch,
    pie: type === ET_DYN,
    segments,
    sections,
    section: (name) => byName.get(name),
    fileOffset: (address) => {
      const load = loads.find(({ vaddr, size }) => address >= vaddr && address < vaddr + size);
      return load && address - load.vaddr + load.fileOffset;
    },
  };
}

function readSegments(view: ByteView): readonly Segment[] {
  const table = view.u64(32);
  const entrySize = view.u16(54);
  const count = view.u16(56);
  if (count > 0 && entrySize < PHDR_SIZE) throw malformed(`program headers of ${entrySize} bytes`, 54);
  return Array.from({ length: count }, (_, index) => {
    const at = table + index * entrySize;
    const flags = view.u32(at + 4);
    const segment = {
      type: view.u32(at),
      executable: (flags & PF_X) !== 0,
      writable: (flags & PF_W) !== 0,
      vaddr: view.u64(at + 16),
      fileOffset: view.u64(at + 8),
      size: view.u64(at + 32),
    };
    if (segment.type === PT_LOAD) view.slice(segment.fileOffset, segment.size);
    return segment;
  });
}

/** A program without section headers is legal and runs; then there are no sections here, and callers search segments. */
function readSections(view: ByteView): readonly Section[] {
  const table = view.u64(40);
  const entrySize = view.u16(58);
  const count = table === 0 ? 0 : view.u16(60);
  if (count > 0 && entrySize < SHDR_SIZE) throw malformed(`section headers of ${entrySize} bytes`, 58);
  const namesIndex = view.u16(62);
  if (count > 0 && namesIndex >= count) throw malformed(`section names in section ${namesIndex} of ${count}`, 62);
  const names = count > 0 ? view.u64(table + namesIndex * entrySize + 24) : 0;
  return Array.from({ length: count }, (_, index) => {
    const at = table + index * entrySize;
    const type = view.u32(at + 4);
    const fileOffset = view.u64(at + 24);
    const size = type === SHT_NOBITS ? 0 : view.u64(at + 32);
    view.slice(size === 0 ? 0 : fileOffset, size);
    const compressed = (view.u32(at + 8) & SHF_COMPRESSED) !== 0;
    return { name: view.cstring(names + view.u32(at)), type, address: view.u64(at + 16), fileOffset, size, compressed };
  });
}
