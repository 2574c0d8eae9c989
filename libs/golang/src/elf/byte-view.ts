/**
 * Little-endian reads that cannot leave the file. Every reader of this library goes through here, so a damaged or
 * truncated binary ends in BINARY_MALFORMED with the place, never in a RangeError or a value made of nothing.
 */
import { MapscopeError } from '@mapscope/events';
import { decodeUtf8 } from './utf8.ts';

export interface ByteView {
  readonly bytes: Uint8Array;
  readonly size: number;
  u8(offset: number): number;
  u16(offset: number): number;
  u32(offset: number): number;
  i32(offset: number): number;
  /** 64 bits as a number: file offsets and virtual addresses of user programs stay below 2^53 */
  u64(offset: number): number;
  /** the bytes [offset, offset + length), not copied */
  slice(offset: number, length: number): Uint8Array;
  /** UTF-8 text up to the NUL byte */
  cstring(offset: number): string;
}

/** Go's linker writes names far below this; without a bound a damaged offset would read megabytes as one name. */
const MAX_CSTRING_BYTES = 65_536;
const TWO_POW_32 = 4_294_967_296;

export function malformed(what: string, offset: number): MapscopeError {
  const message = `the binary is damaged: ${what} at file offset 0x${Math.max(0, offset).toString(16)}; copy the program again or rebuild it`;
  return new MapscopeError('BINARY_MALFORMED', message, { facts: { offset, what } });
}

export function byteView(bytes: Uint8Array): ByteView {
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = bytes.byteLength;
  const check = (offset: number, length: number): number => {
    // Written so that NaN fails as well.
    if (!(offset >= 0 && length >= 0 && offset + length <= size)) {
      throw malformed(`${length} bytes wanted, the file has ${size} bytes`, offset);
    }
    return offset;
  };
  return {
    bytes,
    size,
    u8: (offset) => data.getUint8(check(offset, 1)),
    u16: (offset) => data.getUint16(check(offset, 2), true),
    u32: (offset) => data.getUint32(check(offset, 4), true),
    i32: (offset) => data.getInt32(check(offset, 4), true),
    u64: (offset) => safeU64(data, check(offset, 8)),
    slice: (offset, length) => bytes.subarray(check(offset, length), offset + length),
    cstring: (offset) => cstring(bytes, check(offset, 1)),
  };
}

function safeU64(data: DataView, offset: number): number {
  const value = data.getUint32(offset, true) + data.getUint32(offset + 4, true) * TWO_POW_32;
  if (!Number.isSafeInteger(value)) throw malformed('a 64-bit value above 2^53', offset);
  return value;
}

function cstring(bytes: Uint8Array, offset: number): string {
  const end = bytes.indexOf(0, offset);
  if (end < 0 || end - offset > MAX_CSTRING_BYTES) throw malformed('a name without end', offset);
  return decodeUtf8(bytes.subarray(offset, end));
}
