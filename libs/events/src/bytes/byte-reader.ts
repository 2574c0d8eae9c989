/**
 * Walks over bytes a stranger sent. Every length is checked against what is left before anything is allocated,
 * so memory stays a small multiple of the input. Each problem is BATCH_MALFORMED with the offset and the field.
 */
import { malformed } from '../malformed.ts';
import { decodeUtf8 } from './utf8.ts';

/** 2^49 and more: no count or length in a batch is near it, and sums stay exact. */
const MAX_VARUINT_BYTES = 7;

export class ByteReader {
  /** The field being read, for error messages; whoever reads sets it. */
  field = 'block';
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.#bytes.length - this.#offset;
  }

  /** A view of the next bytes, not a copy. */
  take(sizeBytes: number, what: string): Uint8Array {
    this.expect(sizeBytes, what);
    const start = this.#offset;
    this.#offset += sizeBytes;
    return this.#bytes.subarray(start, this.#offset);
  }

  /** Throws unless that many bytes are left; call it before allocating by a count from outside. */
  expect(sizeBytes: number, what: string): void {
    if (sizeBytes > this.left) {
      throw this.problem(
        `${what} would take ${sizeBytes} bytes, but ${this.left} are left: the block is cut or damaged`,
      );
    }
  }

  varuint(what: string): number {
    let value = 0;
    for (let i = 0; i < MAX_VARUINT_BYTES; i++) {
      this.expect(1, what);
      const byte = this.#view.getUint8(this.#offset++);
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) return value;
    }
    throw this.problem(`${what} is a varuint of more than ${MAX_VARUINT_BYTES} bytes: the block is damaged`);
  }

  /** Beyond 2^53 inexact, which is enough: such a count never fits what is left. */
  u64(what: string): number {
    this.expect(8, what);
    const value = Number(this.#view.getBigUint64(this.#offset, true));
    this.#offset += 8;
    return value;
  }

  text(what: string): string {
    return decodeUtf8(this.take(this.varuint(what), what));
  }

  problem(text: string): Error {
    return malformed(`${this.field}: ${text}`, { field: this.field, offset: this.#offset });
  }
}
