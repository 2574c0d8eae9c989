/**
 * A DWARF section's bytes, as they stand or decompressed. Go's linker compresses unless told -compressdwarf=false:
 *
 *   .debug_x with SHF_COMPRESSED: │ type u32 (1 = zlib) │ 0 u32 │ size u64 │ alignment u64 │ zlib … │   (gABI, Elf64_Chdr)
 *   .zdebug_x:                    │ "ZLIB" │ size u64, big-endian │ zlib … │                            (GNU, older)
 */
import { type ByteView, byteView, malformed } from '../elf/byte-view.ts';
import type { ElfFile, Section } from '../elf/elf-file.ts';

/** Decompresses a zlib stream (RFC 1950) whose content has this size. Handed in: node:zlib's inflateSync will do. */
export type Inflate = (compressed: Uint8Array, sizeBytes: number) => Uint8Array;

const ZLIB_TYPE = 1;
const CHDR_SIZE = 24;
const GNU_MAGIC = [0x5a, 0x4c, 0x49, 0x42]; // "ZLIB"
const GNU_HEADER_SIZE = 12;
/** The largest Go programs have some hundred megabytes; a damaged size must not take all memory. */
const MAX_SECTION_BYTES = 2 ** 30;

/** `name` without its dot and prefix: "info", "abbrev". undefined: absent, or compressed and no (known) way to read it. */
export function debugSection(elf: ElfFile, name: string, inflate: Inflate | undefined): ByteView | undefined {
  const section = elf.section(`.debug_${name}`);
  if (section !== undefined && !section.compressed) return byteView(elf.view.slice(section.fileOffset, section.size));
  const found = section ?? elf.section(`.zdebug_${name}`);
  if (found === undefined || inflate === undefined) return undefined;
  const head = section === undefined ? gnuHeader(elf, found) : compressionHeader(elf, found);
  return head && inflated(elf, found, head, inflate);
}

interface CompressedPart {
  readonly headerSize: number;
  readonly sizeBytes: number;
}

function inflated(elf: ElfFile, section: Section, head: CompressedPart, inflate: Inflate): ByteView {
  const { fileOffset, size, name } = section;
  if (head.sizeBytes > MAX_SECTION_BYTES) throw malformed(`${name} of ${head.sizeBytes} bytes`, fileOffset);
  const compressed = elf.view.slice(fileOffset + head.headerSize, size - head.headerSize);
  try {
    return byteView(inflate(compressed, head.sizeBytes));
  } catch (cause) {
    throw malformed(`${name} cannot be decompressed (${String(cause)})`, fileOffset);
  }
}

function compressionHeader({ view }: ElfFile, { fileOffset, size }: Section): CompressedPart | undefined {
  if (size < CHDR_SIZE || view.u32(fileOffset) !== ZLIB_TYPE) return undefined;
  return { headerSize: CHDR_SIZE, sizeBytes: view.u64(fileOffset + 8) };
}

function gnuHeader({ view }: ElfFile, { fileOffset, size }: Section): CompressedPart | undefined {
  const isZlib = GNU_MAGIC.every((byte, index) => view.bytes[fileOffset + index] === byte);
  if (size < GNU_HEADER_SIZE || !isZlib) return undefined;
  const bytes = view.slice(fileOffset + 4, 8);
  return { headerSize: GNU_HEADER_SIZE, sizeBytes: bytes.reduce((sum, byte) => sum * 256 + byte, 0) };
}
