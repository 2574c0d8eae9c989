/**
 * The layout of a Go version that is not in layout.ts, from the program's own DWARF: refused unless everything that is
 * read by a fixed number elsewhere (module data, _func) still stands there.
 */
import { MapscopeError } from '@mapscope/events';
import type { GoVersion } from '../buildinfo/go-version.ts';
import type { GoTypes } from '../dwarf/go-types.ts';
import { MAGIC_1_20, type PclnLayout } from './layout.ts';

/** Offsets that module-data.ts, function-table.ts and frames.ts rely on. */
const FIXED: readonly (readonly [struct: string, field: string, offset: number])[] = [
  ['moduledata', 'pcHeader', 0],
  ['moduledata', 'funcnametab', 8],
  ['moduledata', 'ftab', 128],
  ['moduledata', 'minpc', 160],
  ['moduledata', 'maxpc', 168],
  ['moduledata', 'text', 176],
  ['moduledata', 'etext', 184],
  ['_func', 'entryOff', 0],
  ['_func', 'nameOff', 4],
  ['_func', 'pcfile', 20],
  ['_func', 'pcln', 24],
  ['_func', 'npcdata', 28],
  ['_func', 'cuOffset', 32],
];
/** src/internal/abi/symtab.go, used by frames.ts */
const CONSTANTS: readonly (readonly [name: string, value: number])[] = [
  ['internal/abi.PCDATA_InlTreeIndex', 2],
  ['internal/abi.FUNCDATA_InlTree', 3],
];

export function dwarfLayout(types: GoTypes, version: GoVersion): PclnLayout {
  const structOf = (name: string): ReturnType<GoTypes['structs']['get']> => types.structs.get(`runtime.${name}`);
  const place = (struct: string, field: string): number =>
    structOf(struct)?.fields.get(field) ?? refuse(`runtime.${struct}.${field}`, version);
  const size = (struct: string): number => structOf(struct)?.sizeBytes ?? refuse(`runtime.${struct}`, version);
  for (const [struct, field, offset] of FIXED)
    if (place(struct, field) !== offset) refuse(`runtime.${struct}.${field}`, version);
  for (const [name, value] of CONSTANTS) if (types.constants.get(name) !== value) refuse(name, version);
  // nfuncdata must be the last byte of _func: frames.ts counts back from its end.
  if (place('_func', 'nfuncdata') !== size('_func') - 1) refuse('runtime._func.nfuncdata', version);
  return {
    magic: MAGIC_1_20,
    funcSize: size('_func'),
    inlinedCallSize: size('inlinedCall'),
    inlinedNameOffset: place('inlinedCall', 'nameOff'),
    inlinedParentPcOffset: place('inlinedCall', 'parentPc'),
    gofuncOffset: place('moduledata', 'gofunc'),
    typesOffset: place('moduledata', 'types'),
  };
}

function refuse(what: string, { text }: GoVersion): never {
  const message = `the program was built with ${text}, which is not known here, and by its DWARF ${what} is not what it was; build it with Go 1.27 or older, or use a newer Mapscope`;
  throw new MapscopeError('TARGET_UNSUPPORTED', message, { facts: { goVersion: text, what } });
}
