/**
 * One name per build. Go's linker writes its build id as a note (owner "Go", type 4: cmd/link/internal/ld/elf.go
 * ELF_NOTE_GOBUILDID_TAG); it survives stripping. Programs linked with -buildid= have none: then a hash of the
 * function table's entry list stands in, marked by its prefix.
 */
import type { ElfFile } from '../elf/elf-file.ts';
import type { PclnHeader } from '../pclntab/header.ts';
import { readNotes } from '../elf/notes.ts';
import { decodeUtf8 } from '../elf/utf8.ts';

const NOTE_OWNER = 'Go';
const NOTE_TYPE = 4;

export function readBuildId(elf: ElfFile, header: PclnHeader): string {
  const note = readNotes(elf).find(
    ({ owner, type, content }) => owner === NOTE_OWNER && type === NOTE_TYPE && content.length > 0,
  );
  return note === undefined ? `pclntab-fnv1a-${fnv1a64(functionList(elf, header))}` : decodeUtf8(note.content);
}

/** Entry and record offset of every function: no two different builds of a program agree in all of them. */
function functionList(elf: ElfFile, header: PclnHeader): Uint8Array {
  return elf.view.slice(header.functions, header.functionCount * 8);
}

/** FNV-1a with two 32-bit lanes of different start (http://www.isthe.com/chongo/tech/comp/fnv/): 16 hex digits. */
function fnv1a64(bytes: Uint8Array): string {
  let first = 0x811c9dc5;
  let second = 0xcbf29ce4;
  for (const byte of bytes) {
    first = Math.imul(first ^ byte, 0x01000193);
    second = Math.imul(second ^ (byte ^ 0xff), 0x01000193);
  }
  return hex8(first) + hex8(second);
}

function hex8(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
