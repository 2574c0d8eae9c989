/**
 * Is it worth reading this file as a whole? A host runs hundreds of programs and few of them are Go; three small reads
 * tell most others apart. Pure but for `readAt`. Says "perhaps" wherever it cannot tell: readGoBinary then decides.
 *
 *   ELF64 header: 40 e_shoff u64 … 58 e_shentsize u16, 60 e_shnum u16, 62 e_shstrndx u16      (elf(5))
 *   section header: 24 sh_offset u64, 32 sh_size u64
 */

export interface Readable {
  readonly readAt: (offset: number, sizeBytes: number) => Uint8Array;
}

/** The Go linker writes one of them at least (cmd/link/internal/ld/{data,pcln}.go); strip keeps them, they are loaded. */
const GO_SECTIONS = ['.go.buildinfo', 'gopclntab'];
const HEADER_BYTES = 64;
/** Names of some tens of sections take below a kilobyte. */
const MAX_NAMES_BYTES = 64 * 1024;

export function looksGo({ readAt }: Readable): boolean {
  const header = readAt(0, HEADER_BYTES);
  const isElf64 =
    header.length === HEADER_BYTES && [0x7f, 0x45, 0x4c, 0x46, 2, 1].every((byte, at) => header[at] === byte);
  if (!isElf64) return false;
  const view = viewOf(header);
  const [tableAt, entryBytes, namesIndex] = [
    Number(view.getBigUint64(40, true)),
    view.getUint16(58, true),
    view.getUint16(62, true),
  ];
  const at = tableAt + namesIndex * entryBytes;
  if (tableAt === 0 || entryBytes < HEADER_BYTES || !Number.isSafeInteger(at)) return true;
  const section = readAt(at, HEADER_BYTES);
  if (section.length < HEADER_BYTES) return true;
  const [offset, sizeBytes] = [viewOf(section).getBigUint64(24, true), viewOf(section).getBigUint64(32, true)];
  if (offset > Number.MAX_SAFE_INTEGER || sizeBytes > MAX_NAMES_BYTES || sizeBytes === 0n) return true;
  const names = new TextDecoder('latin1').decode(readAt(Number(offset), Number(sizeBytes)));
  return GO_SECTIONS.some((name) => names.includes(name));
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
