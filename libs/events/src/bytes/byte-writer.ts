/**
 * Appends little-endian values to one buffer that doubles when full. Used by the Native encoder; knows no format.
 */
import { MapscopeError } from '../errors.ts';
import { encodeUtf8Into, MAX_UTF8_BYTES_PER_UNIT } from './utf8.ts';

const isLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
if (!isLittleEndian) {
  // amd64 and arm64 Linux are little-endian. Typed arrays are copied to the wire as they lie in memory.
  throw new MapscopeError('INTERNAL', 'this machine is big-endian; Mapscope runs on amd64 and arm64 only');
}

/** ceil(32 / 7): lengths and counts here stay under 2^32. */
const MAX_VARUINT_BYTES = 5;

const varuintBytes = (value: number): number => {
  let bytes = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes++;
  return bytes;
};

export class ByteWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  constructor(expectedBytes: number) {
    this.#bytes = new Uint8Array(Math.max(64, expectedBytes));
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Begins anew, in the same memory: a view that `finish` gave is written over. */
  restart(expectedBytes: number): void {
    this.#length = 0;
    this.#reserve(expectedBytes);
  }

  /** LEB128 without sign, as ClickHouse writes counts and string lengths. */
  varuint(value: number): void {
    this.#reserve(MAX_VARUINT_BYTES);
    this.#putVaruint(value);
  }

  u64(value: bigint): void {
    this.#reserve(8);
    this.#view.setBigUint64(this.#length, value, true);
    this.#length += 8;
  }

  /** The array as it lies in memory: one copy, no work per element. */
  array(values: ArrayBufferView): void {
    this.#reserve(values.byteLength);
    this.#bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), this.#length);
    this.#length += values.byteLength;
  }

  /** varuint byte length, then UTF-8. */
  text(text: string): void {
    this.#reserve(MAX_VARUINT_BYTES + text.length * MAX_UTF8_BYTES_PER_UNIT);
    // The length stands before bytes whose number is not known yet: room is left as for ASCII, the rare longer text moves.
    const room = varuintBytes(text.length);
    const start = this.#length + room;
    const written = encodeUtf8Into(text, this.#bytes.subarray(start));
    const needed = varuintBytes(written);
    if (needed !== room) this.#bytes.copyWithin(this.#length + needed, start, start + written);
    this.#putVaruint(written);
    this.#length += written;
  }

  /** A view of what was written; write no more after it, except from a `restart` on. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #putVaruint(value: number): void {
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
    this.#bytes[this.#length++] = rest;
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}
