/**
 * The Go version of a program whose build information was removed (some release builds do): the linker still sets
 * runtime.buildVersion, a string header {pointer, length} in writable data whose text "go1.26.5" stands in read-only
 * data. Other texts look like versions too (a linter knows "go1.21"), so a text counts only where some string header
 * refers to exactly it, and only when all that do agree.
 */
import { MapscopeError } from '@mapscope/events';
import { PT_LOAD, type ElfFile, type Segment } from '../elf/elf-file.ts';
import { forEachRelative } from '../elf/relocations.ts';

const LETTER_G = 0x67;
const PREFIX = [0x67, 0x6f, 0x31, 0x2e]; // "go1."
/** "go1.26.11" is the longest plain form. */
const MAX_TEXT = 9;
const TWO_POW_32 = 4_294_967_296;

export function versionString(elf: ElfFile): string | undefined {
  const texts = versionTexts(elf);
  const referred = new Set<string>();
  forEachPointer(elf, (target, length) => {
    const text = length <= MAX_TEXT ? texts.get(target) : undefined;
    if (text !== undefined && text.length >= length && isVersion(text.slice(0, length)))
      referred.add(text.slice(0, length));
  });
  if (referred.size > 1) {
    const found = [...referred].sort().join(', ');
    const message = `the program has no build information and names several Go versions (${found}); rebuild it without stripping .go.buildinfo`;
    throw new MapscopeError('TARGET_UNSUPPORTED', message, { facts: { found } });
  }
  return [...referred][0];
}

function isVersion(text: string): boolean {
  return /^go1\.\d{1,2}(\.\d{1,2})?$/.test(text);
}

/** address → up to nine bytes starting with "go1.", in segments that are not writable */
function versionTexts(elf: ElfFile): ReadonlyMap<number, string> {
  const texts = new Map<number, string>();
  for (const segment of elf.segments) {
    if (segment.type !== PT_LOAD || segment.writable) continue;
    const bytes = elf.view.slice(segment.fileOffset, segment.size);
    for (let at = bytes.indexOf(LETTER_G); at >= 0; at = bytes.indexOf(LETTER_G, at + 1)) {
      if (!PREFIX.every((byte, index) => bytes[at + index] === byte)) continue;
      texts.set(segment.vaddr + at, String.fromCharCode(...bytes.subarray(at, at + MAX_TEXT)));
    }
  }
  return texts;
}

function forEachPointer(elf: ElfFile, visit: (target: number, length: number) => void): void {
  if (elf.pie) {
    forEachRelative(elf, (address, target) => {
      const offset = elf.fileOffset(address + 8);
      if (offset !== undefined && offset + 8 <= elf.view.size && elf.view.u32(offset + 4) === 0) {
        visit(target, elf.view.u32(offset));
      }
    });
  }
  for (const segment of elf.segments) if (segment.type === PT_LOAD && segment.writable) pointersIn(elf, segment, visit);
}

function pointersIn(elf: ElfFile, segment: Segment, visit: (target: number, length: number) => void): void {
  const { view } = elf;
  const end = segment.fileOffset + segment.size - 16;
  for (let at = segment.fileOffset; at <= end; at += 8) {
    if (view.u32(at + 12) !== 0) continue;
    visit(view.u32(at) + view.u32(at + 4) * TWO_POW_32, view.u32(at + 8));
  }
}
