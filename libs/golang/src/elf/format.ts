/** What kind of file is this? Only so far as to refuse the wrong ones with words that help. */
import { MapscopeError } from '@mapscope/events';

const MEND =
  'give the path of a Go program built for Linux, or the id of its process (cgo programs are fine; C, C++, Rust, scripts and wrappers are not)';

/** Returns for ELF64 little-endian; otherwise throws TARGET_NOT_GO (or BINARY_MALFORMED for a cut-off ELF header). */
export function requireElf64(bytes: Uint8Array): void {
  const kind = describeFormat(bytes);
  if (kind !== undefined) throw notGo(kind);
  if (bytes.length < 64) {
    const message = `the binary is damaged: an ELF header of 64 bytes wanted, the file has ${bytes.length} bytes; copy the program again`;
    throw new MapscopeError('BINARY_MALFORMED', message, { facts: { offset: 0, size: bytes.length } });
  }
}

export function notGo(kind: string): MapscopeError {
  return new MapscopeError('TARGET_NOT_GO', `the target is ${kind}, not a Go program: ${MEND}`, { facts: { kind } });
}

function describeFormat(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return 'an empty file';
  if (startsWith(bytes, [0x23, 0x21])) return 'a script (it starts with #!)';
  if (startsWith(bytes, [0x4d, 0x5a])) return 'a Windows program';
  if (startsWith(bytes, [0xcf, 0xfa, 0xed, 0xfe])) return 'a macOS program';
  if (startsWith(bytes, [0x1f, 0x8b])) return 'a gzip file';
  if (!startsWith(bytes, [0x7f, 0x45, 0x4c, 0x46])) return 'not an ELF file';
  if (bytes[4] === 1) return 'a 32-bit ELF file';
  if (bytes[5] === 2) return 'a big-endian ELF file';
  return undefined;
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, index) => bytes[index] === byte);
}
