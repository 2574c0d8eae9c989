/** Attribute forms (DWARF 5, 7.5.6; those of version 4 are the same numbers): how an attribute's value is written. */
import { MapscopeError } from '@mapscope/events';
import { type Cursor, cstring, skip, skipString, sleb, uleb, unsigned } from './cursor.ts';

export interface UnitFormat {
  readonly version: number;
  /** 4, or 8 in the 64-bit format */
  readonly offsetSize: number;
  readonly addressSize: number;
}

const FORM = {
  addr: 0x01,
  block2: 0x03,
  block4: 0x04,
  data2: 0x05,
  data4: 0x06,
  data8: 0x07,
  string: 0x08,
  block: 0x09,
  block1: 0x0a,
  data1: 0x0b,
  sdata: 0x0d,
  udata: 0x0f,
  refAddr: 0x10,
  refUdata: 0x15,
  exprloc: 0x18,
  implicitConst: 0x21,
} as const;

/** Fixed sizes in bytes. */
const SIZES: Readonly<Record<number, number>> = {
  [FORM.data1]: 1,
  [FORM.data2]: 2,
  [FORM.data4]: 4,
  [FORM.data8]: 8,
  0x0c: 1, // flag
  0x11: 1, // ref1
  0x12: 2, // ref2
  0x13: 4, // ref4
  0x14: 8, // ref8
  0x19: 0, // flag_present
  0x1c: 4, // ref_sup4
  0x1e: 16, // data16
  0x20: 8, // ref_sig8
  0x24: 8, // ref_sup8
  0x25: 1, // strx1
  0x26: 2, // strx2
  0x27: 3, // strx3
  0x28: 4, // strx4
  0x29: 1, // addrx1
  0x2a: 2, // addrx2
  0x2b: 3, // addrx3
  0x2c: 4, // addrx4
  [FORM.implicitConst]: 0,
};
/** strp, sec_offset, strp_sup, line_strp */
const OFFSETS: readonly number[] = [0x0e, 0x17, 0x1d, 0x1f];
/** sdata, udata, ref_udata, strx, addrx, loclistx, rnglistx */
const LEBS: readonly number[] = [FORM.sdata, FORM.udata, FORM.refUdata, 0x1a, 0x1b, 0x22, 0x23];

/** The value where it is a number written in place; undefined (and nothing moved) for other forms. */
export function readNumber(cursor: Cursor, form: number): number | undefined {
  if (form === FORM.udata) return uleb(cursor);
  if (form === FORM.sdata) return sleb(cursor);
  const isData = form === FORM.data1 || form === FORM.data2 || form === FORM.data4 || form === FORM.data8;
  return isData ? unsigned(cursor, SIZES[form] ?? 0) : undefined;
}

/** Go's linker writes all names in place, DW_FORM_string (cmd/internal/dwarf/dwarf.go abbrevs). */
export function readName(cursor: Cursor, form: number): string | undefined {
  return form === FORM.string ? cstring(cursor) : undefined;
}

export function skipForm(cursor: Cursor, form: number, format: UnitFormat): void {
  const fixed = SIZES[form];
  if (fixed !== undefined) skip(cursor, fixed);
  else if (form === FORM.string) skipString(cursor);
  else if (OFFSETS.includes(form)) skip(cursor, format.offsetSize);
  else if (LEBS.includes(form)) uleb(cursor);
  else skipSized(cursor, form, format);
}

function skipSized(cursor: Cursor, form: number, format: UnitFormat): void {
  if (form === FORM.addr) skip(cursor, format.addressSize);
  // Until DWARF 2 such a reference had the size of an address.
  else if (form === FORM.refAddr) skip(cursor, format.version <= 2 ? format.addressSize : format.offsetSize);
  else if (form === FORM.block1) skip(cursor, unsigned(cursor, 1));
  else if (form === FORM.block2) skip(cursor, unsigned(cursor, 2));
  else if (form === FORM.block4) skip(cursor, unsigned(cursor, 4));
  else if (form === FORM.block || form === FORM.exprloc) skip(cursor, uleb(cursor));
  else throw unknownForm(form, cursor.at);
}

function unknownForm(form: number, at: number): MapscopeError {
  const message = `the program's DWARF uses form 0x${form.toString(16)} at 0x${at.toString(16)} of .debug_info, which is not known here; build it with the Go linker's own debug information, or strip it (-ldflags=-w)`;
  return new MapscopeError('TARGET_UNSUPPORTED', message, { facts: { form, at } });
}
