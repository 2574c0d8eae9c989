/**
 * Structs and constants of a Go program out of its DWARF. Go's linker puts every type into the unit of package runtime
 * (seen in Go 1.19–1.27), and constants into the unit of their package; the other units are passed over.
 *
 *   <1> DW_TAG_structure_type  name "runtime.g"  byte_size 440
 *   <2>   DW_TAG_member        name "goid"       data_member_location 152
 */
import { malformed } from '../elf/byte-view.ts';
import type { ByteView } from '../elf/byte-view.ts';
import type { ElfFile } from '../elf/elf-file.ts';
import { type Abbreviation, readAbbreviations } from './abbreviations.ts';
import { type Cursor, uleb } from './cursor.ts';
import { debugSection, type Inflate } from './debug-section.ts';
import { readName, readNumber, skipForm } from './form.ts';
import type { StructPlace, TypeUnit } from './struct-layout.ts';
import { type Unit, units } from './units.ts';

export interface StructType {
  readonly sizeBytes: number;
  /** field → byte offset */
  readonly fields: ReadonlyMap<string, number>;
}

export interface GoTypes {
  /** by name as Go prints it: "net/http.Request" */
  readonly structs: ReadonlyMap<string, StructType>;
  /** by the same name: where it stands, for readStructLayout */
  readonly places: ReadonlyMap<string, StructPlace>;
  /** integer constants of internal/abi: "internal/abi.FUNCDATA_InlTree" */
  readonly constants: ReadonlyMap<string, number>;
}

const TAG = { compileUnit: 0x11, structure: 0x13, member: 0x0d, constant: 0x27 } as const;
const ATTRIBUTE = { name: 0x03, byteSize: 0x0b, constValue: 0x1c, memberLocation: 0x38 } as const;
const UNIT_OF_TYPES = 'runtime';
const UNITS: readonly string[] = [UNIT_OF_TYPES, 'internal/abi'];

/** undefined: the program carries no DWARF, or it is compressed and `inflate` is missing. */
export function readGoTypes(elf: ElfFile, inflate: Inflate | undefined): GoTypes | undefined {
  const info = debugSection(elf, 'info', inflate);
  const abbrev = debugSection(elf, 'abbrev', inflate);
  if (info === undefined || abbrev === undefined) return undefined;
  const again = forgetful(() => debugSection(elf, 'info', inflate));
  const structs = new Map<string, StructType>();
  const places = new Map<string, StructPlace>();
  const constants = new Map<string, number>();
  const seen = new Map<number, ReadonlyMap<number, Abbreviation>>();
  for (const unit of units(info)) {
    const abbreviations = seen.get(unit.abbreviations) ?? readAbbreviations(abbrev, unit.abbreviations);
    seen.set(unit.abbreviations, abbreviations);
    if (UNITS.includes(unitName(info, unit, abbreviations) ?? ''))
      collect(info, { info: again, unit, abbreviations }, { structs, places, constants });
  }
  return { structs, places, constants };
}

/** Made again when nobody holds it any more. It was there once, so it is there. */
function forgetful(make: () => ByteView | undefined): () => ByteView {
  let held: WeakRef<ByteView> | undefined;
  return () => {
    const kept = held?.deref() ?? make();
    if (kept === undefined) throw malformed('DWARF that was there before', 0);
    held = new WeakRef(kept);
    return kept;
  };
}

interface Entry {
  readonly abbreviation: Abbreviation;
  readonly name: string | undefined;
  /** size of a struct, place of a member, value of a constant */
  readonly value: number | undefined;
}

function unitName(info: ByteView, unit: Unit, abbreviations: ReadonlyMap<number, Abbreviation>): string | undefined {
  return readEntry({ view: info, at: unit.start }, unit, abbreviations)?.name;
}

interface Found {
  readonly structs: Map<string, StructType>;
  readonly places: Map<string, StructPlace>;
  readonly constants: Map<string, number>;
}

function collect(info: ByteView, of: TypeUnit, { structs, places, constants }: Found): void {
  const { unit, abbreviations } = of;
  const cursor: Cursor = { view: info, at: unit.start };
  let depth = 0;
  let fields: Map<string, number> | undefined;
  while (cursor.at < unit.end) {
    const { at } = cursor;
    const entry = readEntry(cursor, unit, abbreviations);
    if (entry === undefined) {
      depth -= 1;
      continue;
    }
    const { abbreviation, name, value } = entry;
    if (depth === 1) fields = undefined;
    if (depth === 1 && abbreviation.tag === TAG.structure && name !== undefined && value !== undefined) {
      fields = new Map();
      structs.set(name, { sizeBytes: value, fields });
      places.set(name, { of, at });
    }
    if (name !== undefined && value !== undefined) {
      if (depth === 2 && abbreviation.tag === TAG.member) fields?.set(name, value);
      if (depth === 1 && abbreviation.tag === TAG.constant) constants.set(name, value);
    }
    if (abbreviation.hasChildren) depth += 1;
  }
}

/** undefined for the end of a list of children. */
function readEntry(cursor: Cursor, unit: Unit, abbreviations: ReadonlyMap<number, Abbreviation>): Entry | undefined {
  const code = uleb(cursor);
  if (code === 0) return undefined;
  const abbreviation = abbreviations.get(code);
  if (abbreviation === undefined) throw malformed(`a DWARF entry of unknown shape ${code}`, cursor.at);
  const isWanted = isRead(abbreviation.tag);
  let [name, value]: [string | undefined, number | undefined] = [undefined, undefined];
  for (const [attribute, form] of abbreviation.attributes) {
    const before = cursor.at;
    if (isWanted && attribute === ATTRIBUTE.name) name = readName(cursor, form);
    else if (isWanted && isValue(attribute)) value = readNumber(cursor, form);
    if (cursor.at === before) skipForm(cursor, form, unit.format);
  }
  return { abbreviation, name, value };
}

function isRead(tag: number): boolean {
  return tag === TAG.compileUnit || tag === TAG.structure || tag === TAG.member || tag === TAG.constant;
}

function isValue(attribute: number): boolean {
  return (
    attribute === ATTRIBUTE.byteSize || attribute === ATTRIBUTE.memberLocation || attribute === ATTRIBUTE.constValue
  );
}
