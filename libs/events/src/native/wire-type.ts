/**
 * The type that a column travels with. ClickHouse reads each column of a Native block by the type that stands before it and
 * casts it to the table's (src/Processors/Formats/Impl/NativeFormat.cpp and src/Formats/NativeReader.cpp as of 26.7;
 * setting input_format_native_allow_types_conversion, on by default); a column that a block lacks gets its default. So what
 * needs fewer bytes is sent in fewer, and no table knows.
 *
 *    UInt64    u64 ─► UInt64     u32 ─► UInt32     u16 ─► UInt16     spread of u64 ─► LowCardinality(UInt64)
 */
import { COLUMN_TYPES } from '../tables/column.ts';
import type { ColumnData, ColumnStorage, ColumnType, RepeatedData } from '../tables/column.ts';

/** Unsigned numbers, from narrow to wide: each holds all values of those before it. */
const WIDENED = ['UInt8', 'UInt16', 'UInt32', 'UInt64'] as const satisfies readonly ColumnType[];

const REPEATED = new Set<string>(['u8', 'u16', 'u32', 'u64', 'bytes8', 'bytes16'] satisfies RepeatedData['storage'][]);

/** Whether values of a type may be sent to a column of another one. */
export function holds(column: ColumnType, sent: string): boolean {
  if (column === sent) return true;
  const widths: readonly string[] = WIDENED;
  return widths.includes(sent) && widths.indexOf(sent) < widths.indexOf(column);
}

/** Undefined: data of that storage does not go into a column of that type. */
export function wireType(column: ColumnType, data: ColumnData): string | undefined {
  if (data.storage === COLUMN_TYPES[column]) return column;
  if (data.storage === 'spread') {
    const values = wireType(column, data.of);
    return values === undefined ? undefined : `LowCardinality(${values})`;
  }
  return WIDENED.find((type) => COLUMN_TYPES[type] === data.storage && holds(column, type));
}

/** Of LowCardinality(…), except of text, which is a type of its own: what its keys are. */
export function repeatedType(wire: string): RepeatedType | undefined {
  const inner = /^LowCardinality\((.*)\)$/.exec(wire)?.[1];
  return inner !== undefined && isRepeatedType(inner) ? inner : undefined;
}

type TypeOf<S extends ColumnStorage> = {
  [T in ColumnType]: (typeof COLUMN_TYPES)[T] extends S ? T : never;
}[ColumnType];
export type RepeatedType = TypeOf<RepeatedData['storage']>;

const isRepeatedType = (type: string): type is RepeatedType =>
  // Own keys of the table are types.
  Object.hasOwn(COLUMN_TYPES, type) && REPEATED.has(COLUMN_TYPES[type as ColumnType]);
