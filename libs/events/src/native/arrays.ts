/**
 * The parts of a Native block that hold several values a row. An array of T is the end offset of each row, then T's data
 * for the elements of all rows in one run; a map is an array of (key, value), its two halves one after the other.
 * Source: ClickHouse src/DataTypes/Serializations/SerializationArray.cpp and SerializationMap.cpp as of 26.7.
 *
 *   ┌────────────────────────────────┬──────────────────────┐     ┌────────────────┬────────────┬──────────────┐
 *   │ rows × u64 end (running total) │ elements, data of T  │     │ rows × u64 end │ keys × text│ values × text│
 *   └────────────────────────────────┴──────────────────────┘     └────────────────┴────────────┴──────────────┘
 *
 * Example, Array(String) of rows [a b] []:  2, 2 as u64, then "a" "b".
 */
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { malformed } from '../malformed.ts';
import type { TextMap } from '../tables/column.ts';

// ---- write

type WriteElements<T> = (writer: ByteWriter, elements: readonly T[]) => void;

export function writeArrays<T>(writer: ByteWriter, rows: readonly (readonly T[])[], write: WriteElements<T>): void {
  writeEnds(writer, rows, (row) => row.length);
  write(writer, rows.flat() as readonly T[]); // one level of a list of lists of T is a list of T
}

function writeEnds<R>(writer: ByteWriter, rows: readonly R[], lengthOf: (row: R) => number): void {
  const ends = new BigUint64Array(rows.length);
  let end = 0;
  for (const [i, row] of rows.entries()) ends[i] = BigInt((end += lengthOf(row)));
  writer.array(ends);
}

export const writeU32s: WriteElements<number> = (writer, elements) => writer.array(Uint32Array.from(elements));
export const writeI64s: WriteElements<bigint> = (writer, elements) => writer.array(BigInt64Array.from(elements));
export const writeF64s: WriteElements<number> = (writer, elements) => writer.array(Float64Array.from(elements));

export const writeTexts: WriteElements<string> = (writer, texts) => {
  for (const text of texts) writer.text(text);
};

export const writeMaps: WriteElements<TextMap> = (writer, maps) => {
  writeEnds(writer, maps, checkedLength);
  for (const { keys } of maps) writeTexts(writer, keys);
  for (const { values } of maps) writeTexts(writer, values);
};

function checkedLength({ keys, values }: TextMap): number {
  if (keys.length === values.length) return keys.length;
  throw malformed(`a map has ${keys.length} keys and ${values.length} values: give one value for each key`);
}

// ---- read

type ReadElements<T> = (reader: ByteReader, count: number) => T[];

/** The elements are read as one run, then cut at the offsets. */
export function readArrays<T>(reader: ByteReader, rows: number, read: ReadElements<T>): T[][] {
  const ends = readEnds(reader, rows);
  return cut(read(reader, ends.at(-1) ?? 0), ends);
}

export function readMaps(reader: ByteReader, rows: number): TextMap[] {
  const ends = readEnds(reader, rows);
  const total = ends.at(-1) ?? 0;
  const keys = cut(readTexts(reader, total), ends);
  const values = cut(readTexts(reader, total), ends);
  return keys.map((rowKeys, i) => ({ keys: rowKeys, values: values[i] ?? [] }));
}

export function readTexts(reader: ByteReader, count: number): string[] {
  reader.expect(count, 'strings'); // each has at least its length byte
  const texts: string[] = [];
  for (let i = 0; i < count; i++) texts.push(reader.text('string'));
  return texts;
}

export const readU32s = (reader: ByteReader, count: number): number[] => [
  ...new Uint32Array(copyOf(reader, count * 4)),
];

export const readI64s = (reader: ByteReader, count: number): bigint[] => [
  ...new BigInt64Array(copyOf(reader, count * 8)),
];

export const readF64s = (reader: ByteReader, count: number): number[] => [
  ...new Float64Array(copyOf(reader, count * 8)),
];

/** A copy, because a view of wider elements would need aligned bytes. */
export const copyOf = (reader: ByteReader, sizeBytes: number): ArrayBuffer =>
  new Uint8Array(reader.take(sizeBytes, 'values')).buffer;

function readEnds(reader: ByteReader, rows: number): readonly number[] {
  reader.expect(rows * 8, 'offsets');
  const ends: number[] = [];
  for (let i = 0, last = 0; i < rows; i++) {
    const end = reader.u64('offset');
    if (end < last) throw reader.problem(`array offset ${end} comes after ${last}: the block is damaged`);
    ends.push((last = end));
  }
  return ends;
}

const cut = <T>(elements: readonly T[], ends: readonly number[]): T[][] =>
  ends.map((end, i) => elements.slice(ends[i - 1] ?? 0, end));
