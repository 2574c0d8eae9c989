/**
 * Pointers in the data of a position-independent program are written by the loader: base + addend, with the addend in
 * the table that DT_RELA names and (mostly) zero in the file. This reads pointers as the loader leaves them for base 0.
 *
 *   Elf64_Rela (24 bytes): │ r_offset u64 │ r_info u64 (type = low 32 bits) │ r_addend i64 │
 */
import type { Arch, ElfFile } from './elf-file.ts';
import { PT_DYNAMIC } from './elf-file.ts';

/** R_X86_64_RELATIVE (psABI x86-64, table 4.9), R_AARCH64_RELATIVE (ELF for the Arm 64-bit Architecture, 5.7.14). */
const RELATIVE: Readonly<Record<Arch, number>> = { amd64: 8, arm64: 1027 };
const RELA_SIZE = 24;
/** gABI, "Dynamic Section": entries of tag u64, value u64, closed by DT_NULL */
const DT_NULL = 0;
const DT_RELA = 7;
const DT_RELASZ = 8;
const TWO_POW_32 = 4_294_967_296;

type Visit = (address: number, target: number) => void;

/** Calls `visit` for every RELATIVE relocation: the address of the pointer and what it will point to. */
export function forEachRelative(elf: ElfFile, visit: Visit): void {
  const table = relaTable(elf);
  if (table === undefined) return;
  const { view } = elf;
  const relative = RELATIVE[elf.arch];
  for (let at = table.start; at + RELA_SIZE <= table.end; at += RELA_SIZE) {
    if (view.u32(at + 8) !== relative) continue;
    // Read without the 2^53 check: a negative addend of some C object is none of our business.
    visit(view.u32(at) + view.u32(at + 4) * TWO_POW_32, view.u32(at + 16) + view.u32(at + 20) * TWO_POW_32);
  }
}

function relaTable(elf: ElfFile): { readonly start: number; readonly end: number } | undefined {
  const tags = dynamicTags(elf);
  const address = tags.get(DT_RELA);
  const size = tags.get(DT_RELASZ);
  if (address === undefined || size === undefined) return undefined;
  const start = elf.fileOffset(address);
  if (start === undefined) return undefined;
  return { start, end: start + elf.view.slice(start, size).length };
}

function dynamicTags(elf: ElfFile): ReadonlyMap<number, number> {
  const tags = new Map<number, number>();
  const dynamic = elf.segments.find((segment) => segment.type === PT_DYNAMIC);
  if (dynamic === undefined) return tags;
  const end = dynamic.fileOffset + dynamic.size;
  for (let at = dynamic.fileOffset; at + 16 <= end; at += 16) {
    const tag = elf.view.u32(at) + elf.view.u32(at + 4) * TWO_POW_32;
    if (tag === DT_NULL) break;
    if (tag === DT_RELA || tag === DT_RELASZ) tags.set(tag, elf.view.u64(at + 8));
  }
  return tags;
}

/** A 64-bit word at a virtual address, or undefined where the file has none. */
export type ReadWord = (address: number) => number | undefined;

/** Words of [start, end), relocated. One pass over the relocations; the map holds only those of the range. */
export function relocatedWords(elf: ElfFile, start: number, end: number): ReadWord {
  const relocated = new Map<number, number>();
  if (elf.pie) {
    forEachRelative(elf, (address, target) => {
      if (address >= start && address < end) relocated.set(address, target);
    });
  }
  return (address) => {
    const target = relocated.get(address);
    if (target !== undefined) return target;
    const offset = elf.fileOffset(address);
    return offset === undefined ? undefined : elf.view.u64(offset);
  };
}

/**
 * Any word of the program, relocated: for pointers asked for one by one. The table of relocations is read at the first
 * question and kept as two arrays, sorted by address: 16 bytes for each.
 */
export function pointerReader(elf: ElfFile): ReadWord {
  let table: RelativeTable | undefined;
  return (address) => {
    table ??= elf.pie ? relativeTable(elf) : EMPTY_TABLE;
    const target = table.targetOf(address);
    const offset = target === undefined ? elf.fileOffset(address) : undefined;
    return offset === undefined ? target : elf.view.u64(offset);
  };
}

interface RelativeTable {
  targetOf(address: number): number | undefined;
}

const EMPTY_TABLE: RelativeTable = { targetOf: () => undefined };

function relativeTable(elf: ElfFile): RelativeTable {
  const pairs: [address: number, target: number][] = [];
  forEachRelative(elf, (address, target) => pairs.push([address, target]));
  pairs.sort(([a], [b]) => a - b);
  const addresses = Float64Array.from(pairs, ([address]) => address);
  const targets = Float64Array.from(pairs, ([, target]) => target);
  return {
    targetOf: (address) => {
      const index = lowerBound(addresses, address);
      return addresses[index] === address ? targets[index] : undefined;
    },
  };
}

function lowerBound(sorted: Float64Array, wanted: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
