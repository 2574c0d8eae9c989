/**
 * ELF notes (gABI, "Note Section"), each part padded to 4 bytes:
 *
 *   │ namesz u32 │ descsz u32 │ type u32 │ name … │ desc … │
 */
import { PT_NOTE, type ElfFile } from './elf-file.ts';
import { malformed } from './byte-view.ts';

export interface Note {
  /** owner, without its closing NUL: "Go", "GNU" */
  readonly owner: string;
  readonly type: number;
  readonly content: Uint8Array;
}

/** All notes of the program's note segments: these stay when sections are stripped. */
export function readNotes(elf: ElfFile): readonly Note[] {
  return elf.segments
    .filter((segment) => segment.type === PT_NOTE)
    .flatMap((segment) => notesIn(elf, segment.fileOffset, segment.fileOffset + segment.size));
}

function notesIn(elf: ElfFile, start: number, end: number): readonly Note[] {
  const notes: Note[] = [];
  for (let at = start; at + 12 <= end;) {
    const nameSize = elf.view.u32(at);
    const contentSize = elf.view.u32(at + 4);
    const content = at + 12 + align4(nameSize);
    if (content + contentSize > end) throw malformed('a note longer than its segment', at);
    const name = elf.view.slice(at + 12, nameSize);
    const owner = String.fromCharCode(...name.subarray(0, 64).filter((byte) => byte !== 0));
    notes.push({ owner, type: elf.view.u32(at + 8), content: elf.view.slice(content, contentSize) });
    at = content + align4(contentSize);
  }
  return notes;
}

function align4(size: number): number {
  return Math.ceil(size / 4) * 4;
}
