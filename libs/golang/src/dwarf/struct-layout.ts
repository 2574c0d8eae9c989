/**
 * Where the fields of one struct lie, with the names of their types. Read again from the entry that go-types.ts found: types of
 * fields are wanted of few structs, and a name for each of tens of thousands would cost every program that is watched.
 *
 *   <1> DW_TAG_structure_type  name "main.Cache"  byte_size 48
 *   <2>   DW_TAG_member        name "mu"          data_member_location 8   type ──► <1> … name "sync.Mutex"
 */
import type { ByteView } from '../elf/byte-view.ts';
import type { Abbreviation } from './abbreviations.ts';
import { type Cursor, uleb, unsigned } from './cursor.ts';
import { readName, readNumber, skipForm } from './form.ts';
import type { Unit } from './units.ts';

export interface FieldLayout {
  readonly name: string;
  /** "sync.Mutex"; '' where its entry has no name or lies in another unit */
  readonly type: string;
  readonly offsetBytes: number;
}

export interface StructLayout {
  readonly sizeBytes: number;
  /** by place */
  readonly fields: readonly FieldLayout[];
}

/** A unit of .debug_info that types are in. */
export interface TypeUnit {
  /** .debug_info; decompressed again where it was let go meanwhile, for it is large and seldom wanted */
  readonly info: () => ByteView;
  readonly unit: Unit;
  readonly abbreviations: ReadonlyMap<number, Abbreviation>;
}

export interface StructPlace {
  readonly of: TypeUnit;
  /** offset of its entry in .debug_info */
  readonly at: number;
}

const TAG_MEMBER = 0x0d;
const ATTRIBUTE = { name: 0x03, byteSize: 0x0b, memberLocation: 0x38, type: 0x49 } as const;
/** DW_FORM_ref_addr: an offset in .debug_info, which Go's linker uses for all types (cmd/internal/dwarf/dwarf.go abbrevs). */
const FORM_REF_ADDR = 0x10;
/** More than any struct has; a damaged tree must not be followed for ever. */
const MAX_ENTRIES = 4096;

export function readStructLayout({ of, at }: StructPlace): StructLayout {
  const info = of.info();
  const cursor: Cursor = { view: info, at };
  const own = readFacts(cursor, of);
  const fields: FieldLayout[] = [];
  for (let depth = own?.hasChildren === true ? 1 : 0, left = MAX_ENTRIES; depth > 0 && left > 0; left -= 1) {
    const entry = readFacts(cursor, of);
    if (entry === undefined) depth -= 1;
    else if (entry.hasChildren) depth += 1;
    else if (depth === 1 && entry.tag === TAG_MEMBER && entry.name !== undefined)
      fields.push({ name: entry.name, type: typeName(of, info, entry.type), offsetBytes: entry.place ?? 0 });
  }
  return { sizeBytes: own?.size ?? 0, fields: fields.sort((a, b) => a.offsetBytes - b.offsetBytes) };
}

interface Facts {
  readonly tag: number;
  readonly hasChildren: boolean;
  readonly name?: string | undefined;
  readonly size?: number | undefined;
  readonly place?: number | undefined;
  readonly type?: number | undefined;
}

/** undefined: the end of a list of children, or of the unit. */
function readFacts(cursor: Cursor, { unit, abbreviations }: TypeUnit): Facts | undefined {
  if (cursor.at >= unit.end) return undefined;
  const abbreviation = abbreviations.get(uleb(cursor));
  if (abbreviation === undefined) return undefined;
  let facts: Facts = { tag: abbreviation.tag, hasChildren: abbreviation.hasChildren };
  for (const [attribute, form] of abbreviation.attributes) {
    const before = cursor.at;
    if (attribute === ATTRIBUTE.name) facts = { ...facts, name: readName(cursor, form) };
    else if (attribute === ATTRIBUTE.byteSize) facts = { ...facts, size: readNumber(cursor, form) };
    else if (attribute === ATTRIBUTE.memberLocation) facts = { ...facts, place: readNumber(cursor, form) };
    else if (attribute === ATTRIBUTE.type && form === FORM_REF_ADDR)
      facts = { ...facts, type: unsigned(cursor, unit.format.offsetSize) };
    if (cursor.at === before) skipForm(cursor, form, unit.format);
  }
  return facts;
}

function typeName(of: TypeUnit, view: ByteView, at: number | undefined): string {
  if (at === undefined || at < of.unit.start || at >= of.unit.end) return '';
  return readFacts({ view, at }, of)?.name ?? '';
}
