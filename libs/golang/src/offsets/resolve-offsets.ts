/**
 * Table and DWARF together. The table is what was looked at; the DWARF is what this very program says. Where both speak
 * of a field they must agree: a program built with a changed runtime must not be probed with the table's offsets.
 */
import { MapscopeError } from '@mapscope/events';
import type { GoVersion } from '../buildinfo/go-version.ts';
import type { GoTypes } from '../dwarf/go-types.ts';
import type { Arch } from '../elf/elf-file.ts';
import { FIELD_NAMES, type FieldName, type FieldOffsets, newestTableOffsets, tableOffsets } from './field-table.ts';
import { arrangeOffsets, structOffsets, type StructOffsets } from './struct-offsets.ts';

/** `types` undefined: no DWARF that can be read. TARGET_UNSUPPORTED where neither knows, or where they disagree. */
export function resolveStructOffsets(version: GoVersion, arch: Arch, types: GoTypes | undefined): StructOffsets {
  if (types === undefined || !types.structs.has('runtime.g')) return structOffsets(version, arch);
  const table = tableOffsets(version);
  const entries = FIELD_NAMES.map((field) => [field, resolveField(field, types, table, version)] as const);
  // fromEntries forgets which keys it was given: these are all of FIELD_NAMES.
  return arrangeOffsets(Object.fromEntries(entries) as FieldOffsets, version);
}

function resolveField(
  field: FieldName,
  types: GoTypes,
  table: FieldOffsets | undefined,
  version: GoVersion,
): number | undefined {
  const dot = field.lastIndexOf('.');
  const struct = types.structs.get(field.slice(0, dot));
  // A program without the struct has no function that handles one: the number is never used.
  if (struct === undefined) return (table ?? newestTableOffsets())[field];
  const found = struct.fields.get(field.slice(dot + 1));
  if (table !== undefined && table[field] !== found) throw disagreement(field, found, table[field], version);
  return found;
}

function disagreement(
  field: FieldName,
  found: number | undefined,
  expected: number | undefined,
  { text }: GoVersion,
): MapscopeError {
  const message = `${field} stands ${place(found)} by the program's DWARF, but ${place(expected)} in ${text}: it was built with a changed Go; build it with an unchanged one`;
  return new MapscopeError('TARGET_UNSUPPORTED', message, { facts: { field, goVersion: text } });
}

function place(offset: number | undefined): string {
  return offset === undefined ? 'nowhere' : `at byte ${offset}`;
}
