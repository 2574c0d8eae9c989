import { type ByteView, malformed } from '../elf/byte-view.ts';

/** A place in a section that moves on as values are read. Every read is checked against the section's end. */
export interface Cursor {
  at: number;
  readonly view: ByteView;
}

/** LEB128 (DWARF 5, 7.6). Values above 2^53 lose digits, which no offset or size has. */
export function uleb(cursor: Cursor): number {
  let value = 0;
  for (let shift = 0; shift < 10; shift++) {
    const byte = cursor.view.u8(cursor.at++);
    value += (byte & 0x7f) * 2 ** (7 * shift);
    if (byte < 0x80) return value;
  }
  throw malformed('a DWARF number without end', cursor.at);
}

/** The same, signed: the highest bit of the last byte counts negative. */
export function sleb(cursor: Cursor): number {
  const start = cursor.at;
  const value = uleb(cursor);
  const bits = 7 * (cursor.at - start);
  return value >= 2 ** (bits - 1) ? value - 2 ** bits : value;
}

export function unsigned(cursor: Cursor, size: number): number {
  const { view } = cursor;
  let value = 0;
  for (let index = size - 1; index >= 0; index--) value = value * 256 + view.u8(cursor.at + index);
  cursor.at += size;
  return value;
}

export function cstring(cursor: Cursor): string {
  const text = cursor.view.cstring(cursor.at);
  skipString(cursor);
  return text;
}

export function skipString(cursor: Cursor): void {
  const end = cursor.view.bytes.indexOf(0, cursor.at);
  if (end < 0) throw malformed('a DWARF string without end', cursor.at);
  cursor.at = end + 1;
}

export function skip(cursor: Cursor, size: number): void {
  cursor.at += size;
  if (cursor.at > cursor.view.size) throw malformed('a DWARF entry behind its section', cursor.at);
}
