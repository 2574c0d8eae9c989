/**
 * The compilation units of .debug_info (DWARF 4 and 5, 7.5.1), each an entry tree behind a head:
 *
 *   version 4: │ length u32 │ version u16 │ abbreviations u32 │ address size u8 │ entries …
 *   version 5: │ length u32 │ version u16 │ unit type u8 │ address size u8 │ abbreviations u32 │ entries …
 *
 * In the 64-bit format the length is ffffffff and a u64, and the offset of the abbreviations a u64.
 */
import { type ByteView, malformed } from '../elf/byte-view.ts';
import { type Cursor, unsigned } from './cursor.ts';
import type { UnitFormat } from './form.ts';

export interface Unit {
  readonly format: UnitFormat;
  readonly abbreviations: number;
  /** offset of its first entry, and of what follows the unit */
  readonly start: number;
  readonly end: number;
}

const FORMAT_64 = 0xffffffff;
const COMPILE_UNIT = 1;

/** Skips units of other versions and kinds: C code may bring its own. */
export function* units(info: ByteView): Generator<Unit> {
  const cursor: Cursor = { view: info, at: 0 };
  while (cursor.at + 11 < info.size) {
    const first = unsigned(cursor, 4);
    const offsetSize = first === FORMAT_64 ? 8 : 4;
    const length = first === FORMAT_64 ? unsigned(cursor, 8) : first;
    const end = cursor.at + length;
    if (length === 0 || end > info.size) throw malformed('a DWARF unit behind its section', cursor.at);
    const unit = readUnit(cursor, offsetSize, end);
    if (unit !== undefined) yield unit;
    cursor.at = end;
  }
}

function readUnit(cursor: Cursor, offsetSize: number, end: number): Unit | undefined {
  const version = unsigned(cursor, 2);
  if (version === 4) {
    const abbreviations = unsigned(cursor, offsetSize);
    const addressSize = unsigned(cursor, 1);
    return { format: { version, offsetSize, addressSize }, abbreviations, start: cursor.at, end };
  }
  if (version !== 5 || unsigned(cursor, 1) !== COMPILE_UNIT) return undefined;
  const addressSize = unsigned(cursor, 1);
  const abbreviations = unsigned(cursor, offsetSize);
  return { format: { version, offsetSize, addressSize }, abbreviations, start: cursor.at, end };
}
