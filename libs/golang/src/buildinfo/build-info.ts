/**
 * The build information blob that Go's linker writes (cmd/link/internal/ld/data.go buildinfo; read by debug/buildinfo).
 * Since Go 1.18 the texts stand inline:
 *
 *   │ "\xff Go buildinf:" 14 │ ptrSize u8 │ flags u8 (2 = inline) │ 16 zero │ uvarint n, version n bytes │ uvarint m, modules │
 *   0                        14           15                      16        32
 */
import type { ElfFile } from '../elf/elf-file.ts';
import { PT_LOAD } from '../elf/elf-file.ts';
import { malformed } from '../elf/byte-view.ts';
import { decodeUtf8 } from '../elf/utf8.ts';
import { NO_MODULES, parseModuleInfo, type ModuleInfo } from './module-info.ts';

const MAGIC = Array.from('\u00ff Go buildinf:', (char) => char.charCodeAt(0));
const ALIGNMENT = 16;
const INLINE = 2;
const TEXT_START = 32;
/** A version text is some ten bytes; vendors append a few words. */
const MAX_VERSION_BYTES = 1024;
/** A line per dependency: some hundred kilobytes for the largest programs. */
const MAX_MODULES_BYTES = 2 ** 24;
const MARK_BYTES = 16;

export interface BuildInfo {
  /** of the toolchain: "go1.24.4" */
  readonly version: string;
  readonly modules: ModuleInfo;
}

/** undefined where the program carries no (inline) build information. */
export function readBuildInfo(elf: ElfFile): BuildInfo | undefined {
  const blob = findBlob(elf);
  if (blob === undefined || (elf.view.u8(blob + 15) & INLINE) === 0) return undefined;
  const version = textAt(elf, blob + TEXT_START, MAX_VERSION_BYTES);
  const modules = textAt(elf, version.end, MAX_MODULES_BYTES);
  return { version: decodeUtf8(version.bytes), modules: readModules(modules.bytes) };
}

function textAt(elf: ElfFile, at: number, most: number): { readonly bytes: Uint8Array; readonly end: number } {
  const { value: length, next } = uvarint(elf, at);
  if (length > most) throw malformed(`a build information text of ${length} bytes`, at);
  return { bytes: elf.view.slice(next, length), end: next + length };
}

/** The text stands between marks of 16 bytes (src/cmd/go/internal/modload/build.go ModInfoData); empty outside modules. */
function readModules(framed: Uint8Array): ModuleInfo {
  if (framed.length < 2 * MARK_BYTES) return NO_MODULES;
  return parseModuleInfo(decodeUtf8(framed.subarray(MARK_BYTES, framed.length - MARK_BYTES)));
}

/** In its own section; else, like debug/buildinfo, at a 16-byte boundary of the first writable segment. */
function findBlob(elf: ElfFile): number | undefined {
  const section = elf.section('.go.buildinfo');
  if (section !== undefined && hasMagic(elf, section.fileOffset)) return section.fileOffset;
  const data = elf.segments.find(({ type, writable }) => type === PT_LOAD && writable);
  if (data === undefined) return undefined;
  const end = data.fileOffset + data.size;
  for (let at = data.fileOffset; at + TEXT_START <= end; at += ALIGNMENT) {
    if (hasMagic(elf, at)) return at;
  }
  return undefined;
}

function hasMagic(elf: ElfFile, offset: number): boolean {
  return MAGIC.every((byte, index) => elf.view.bytes[offset + index] === byte);
}

function uvarint(elf: ElfFile, offset: number): { readonly value: number; readonly next: number } {
  let value = 0;
  for (let i = 0; i < 5; i++) {
    const byte = elf.view.u8(offset + i);
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return { value, next: offset + i + 1 };
  }
  throw malformed('a length without end', offset);
}
