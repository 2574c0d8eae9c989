/**
 * What a map holds, from the address of its type descriptor, the first argument of every runtime.map* function. The same
 * offsets in Go 1.18–1.27, classic and Swiss maps (src/internal/abi/{type,map*}.go, before 1.21 src/runtime/type.go):
 *
 *   MapType: │ Type: size 0 │ … │ kind u8 23 │ … │ str 40 │ Key *Type 48 │ Elem *Type 56 │ …
 */
import { MapscopeError } from '@mapscope/events';
import type { ElfFile } from '../elf/elf-file.ts';
import type { ReadWord } from '../elf/relocations.ts';
import { typeNameAt } from './type-name.ts';

export interface MapType {
  /** "map[string]int" */
  readonly name: string;
  readonly keySizeBytes: number;
  readonly elemSizeBytes: number;
  readonly keyKind: TypeKind;
  readonly elemKind: TypeKind;
}

const SIZE = 0;
const KIND = 23;
const KEY = 48;
const ELEM = 56;
/** KindMask; the higher bits of the byte are flags (src/internal/abi/type.go, src/runtime/typekind.go) */
const KIND_MASK = 31;
/** reflect.Kind in the order of its constants, as Kind.String prints them */
const KINDS = [
  'invalid',
  'bool',
  'int',
  'int8',
  'int16',
  'int32',
  'int64',
  'uint',
  'uint8',
  'uint16',
  'uint32',
  'uint64',
  'uintptr',
  'float32',
  'float64',
  'complex64',
  'complex128',
  'array',
  'chan',
  'func',
  'interface',
  'map',
  'ptr',
  'slice',
  'string',
  'struct',
  'unsafe.Pointer',
] as const;

export type TypeKind = (typeof KINDS)[number];

/** undefined where no map's descriptor can be read there: an address from a running program may be of any type. */
export function mapTypeAt(elf: ElfFile, types: number, pointer: ReadWord, address: number): MapType | undefined {
  try {
    const name = kindAt(elf, address) === 'map' ? typeNameAt(elf, types, address) : undefined;
    const key = name === undefined ? undefined : typeAt(elf, pointer(address + KEY));
    const elem = key === undefined ? undefined : typeAt(elf, pointer(address + ELEM));
    if (name === undefined || key === undefined || elem === undefined) return undefined;
    return { name, keySizeBytes: key.size, elemSizeBytes: elem.size, keyKind: key.kind, elemKind: elem.kind };
  } catch (error) {
    if (error instanceof MapscopeError && error.code === 'BINARY_MALFORMED') return undefined;
    throw error;
  }
}

function typeAt(
  elf: ElfFile,
  address: number | undefined,
): { readonly size: number; readonly kind: TypeKind } | undefined {
  const at = address === undefined ? undefined : elf.fileOffset(address);
  const kind = at === undefined || address === undefined ? undefined : kindAt(elf, address);
  return at === undefined || kind === undefined || kind === 'invalid'
    ? undefined
    : { size: elf.view.u64(at + SIZE), kind };
}

function kindAt(elf: ElfFile, address: number): TypeKind | undefined {
  const at = elf.fileOffset(address);
  return at === undefined ? undefined : KINDS[elf.view.u8(at + KIND) & KIND_MASK];
}
