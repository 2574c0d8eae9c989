/**
 * Address of a type descriptor → the name fmt's %T prints. The same in Go 1.18–1.27 (internal/abi/type.go, before 1.21
 * runtime/type.go): a name is flags u8, length as a varint, then the text.
 *
 *   _type: │ size 0 │ ptrdata 8 │ hash 16 │ tflag u8 20 │ … │ str i32 40, from runtime.types │ …
 */
import { MapscopeError } from '@mapscope/events';
import type { ElfFile } from '../elf/elf-file.ts';
import { decodeUtf8 } from '../elf/utf8.ts';

const TFLAG = 20;
/** TFlagExtraStar: the text stands for the pointer type too, "*T", and means T here */
const EXTRA_STAR = 2;
const STR = 40;
/** A struct type without a name is named by all its fields. */
const MAX_NAME_BYTES = 4096;

/** Whatever address is asked: one from a running program may well be of no type in the file (made by reflect). */
export function typeNameAt(elf: ElfFile, types: number, address: number): string | undefined {
  const at = elf.fileOffset(address);
  if (at === undefined) return undefined;
  try {
    const name = readName(elf, elf.fileOffset(types + elf.view.i32(at + STR)));
    return name !== undefined && (elf.view.u8(at + TFLAG) & EXTRA_STAR) !== 0 ? name.slice(1) : name;
  } catch (error) {
    if (error instanceof MapscopeError && error.code === 'BINARY_MALFORMED') return undefined;
    throw error;
  }
}

function readName({ view }: ElfFile, at: number | undefined): string | undefined {
  if (at === undefined) return undefined;
  let length = 0;
  let next = at + 1;
  for (let shift = 0; shift <= 14; shift += 7) {
    const byte = view.u8(next++);
    length += (byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  return length === 0 || length > MAX_NAME_BYTES ? undefined : decodeUtf8(view.slice(next, length));
}
