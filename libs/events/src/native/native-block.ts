/**
 * One block of ClickHouse's Native format, without block info and without custom serialisation
 * (client_protocol_version 0: files and plain HTTP). Used by the agent to encode and by tests and tools to decode;
 * it opens nothing and knows no table.
 * Source: ClickHouse src/Formats/NativeWriter.cpp and NativeReader.cpp, https://clickhouse.com/docs/interfaces/formats/Native
 *
 *   block   = varuint columns, varuint rows, column × columns
 *   column  = text name, text type, data            (data is empty when rows = 0)
 *   text    = varuint bytes, UTF-8
 *
 *   ┌─────────┬──────┬───────────────────────────┬──────────────────────────────┬─ …
 *   │ columns │ rows │ "ts" "DateTime64(9,…)" i64│ "method" "LowCardinality(…)" │
 *   └─────────┴──────┴───────────────────────────┴──────────────────────────────┴─ …
 *
 *   data of  UIntN IntN Float64 DateTime64   rows × little-endian value
 *            FixedString(N)                  rows × N bytes
 *            String                          rows × text
 *            Array(T), Map(String, String)   see arrays.ts
 *            LowCardinality(T)               see low-cardinality.ts
 *
 * Example, one UInt8 column "a" with rows 7, 9:  01 02 | 01 61 | 05 55496e7438 | 07 09
 */
import { ByteReader } from '../bytes/byte-reader.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { malformed } from '../malformed.ts';
import { COLUMN_TYPES } from '../tables/column.ts';
import type {
  ColumnData,
  ColumnSpec,
  ColumnStorage,
  ColumnType,
  PlainData,
  RepeatedData,
  SpreadData,
} from '../tables/column.ts';
import {
  copyOf,
  readArrays,
  readF64s,
  readI64s,
  readMaps,
  readTexts,
  readU32s,
  writeArrays,
  writeF64s,
  writeI64s,
  writeMaps,
  writeTexts,
  writeU32s,
} from './arrays.ts';
import { readLowCardinality, readSpread, writeLowCardinality, writeSpread } from './low-cardinality.ts';
import { repeatedType, wireType } from './wire-type.ts';

/** `type` is one of COLUMN_TYPES and `data` has its storage; of LowCardinality(T), where T is not text, it is T. */
export interface NativeColumn {
  readonly name: string;
  readonly type: string;
  readonly data: PlainData;
}

export interface NativeBlock {
  readonly rows: number;
  readonly columns: readonly NativeColumn[];
}

/** Elements per row in the arrays of ColumnData. */
const ELEMENTS_PER_ROW: Partial<Record<ColumnData['storage'], number>> = { bytes8: 8, bytes16: 16 };

// ---- write

/**
 * Writes the columns of `spec` in its order, each with the type its data needs (wire-type.ts). A missing column, a wrong
 * storage or a wrong length is BATCH_MALFORMED.
 */
export const encodeNativeBlock = (
  spec: readonly ColumnSpec[],
  rows: number,
  columns: Readonly<Record<string, ColumnData>>,
): Uint8Array => createBlockEncoder()(spec, rows, columns);

/**
 * For whoever makes block after block. A block is lent: the next one is written into the same memory, because fresh memory
 * costs more than what is written to it (the kernel finds and clears every page at its first touch).
 */
export function createBlockEncoder(): typeof encodeNativeBlock {
  const writer = new ByteWriter(0);
  return (spec, rows, columns) => {
    const sent = spec.flatMap((column) => checkedColumn(column, rows, columns) ?? []);
    writer.restart(sent.reduce((sum, { data }) => sum + expectedBytes(data), 0));
    writer.varuint(sent.length);
    writer.varuint(rows);
    for (const { name, type, data } of sent) {
      writer.text(name);
      writer.text(type);
      if (rows > 0) writeData(writer, name, data);
    }
    return writer.finish();
  };
}

/** A guess that makes the buffer grow seldom: exact for fixed widths, 64 for name and type, 32 a string or array. */
function expectedBytes(data: SentData): number {
  if (data.storage === 'dictionary') return 64 + data.indexes.length * 2;
  if (data.storage === 'spread') return 64 + data.of.values.byteLength + data.indexes.byteLength;
  return 64 + ('byteLength' in data.values ? data.values.byteLength : data.values.length * 32);
}

type SentData = PlainData | SpreadData;

interface SentColumn {
  readonly name: string;
  readonly type: string;
  readonly data: SentData;
}

/** Undefined: left out, the database gives each row the default. */
function checkedColumn(
  { name, type }: ColumnSpec,
  rows: number,
  columns: Readonly<Record<string, ColumnData>>,
): SentColumn | undefined {
  const data = Object.hasOwn(columns, name) ? columns[name] : undefined;
  if (data?.storage === 'default') return undefined;
  const sentAs = data === undefined ? undefined : wireType(type, data);
  if (data === undefined || sentAs === undefined) {
    const given = data === undefined ? 'no data' : `storage "${data.storage}"`;
    const storage = COLUMN_TYPES[type];
    throw malformed(`column "${name}" has ${given}: give storage "${storage}" for its type ${type}`, { column: name });
  }
  const length = 'indexes' in data ? data.indexes.length : data.values.length;
  const expected = rows * (ELEMENTS_PER_ROW[data.storage] ?? 1);
  if (length !== expected) {
    const problem = `column "${name}" has ${length} elements: ${rows} rows of ${type} need ${expected}`;
    throw malformed(problem, { column: name, rows, length, expected });
  }
  return { name, type: sentAs, data };
}

function writeData(writer: ByteWriter, name: string, data: SentData): void {
  switch (data.storage) {
    case 'u8':
    case 'u16':
    case 'u32':
    case 'u64':
    case 'i64':
    case 'f64':
    case 'bytes8':
    case 'bytes16':
      return writer.array(data.values);
    case 'strings':
      return writeTexts(writer, data.values);
    case 'dictionary':
      return writeLowCardinality(writer, name, data);
    case 'spread':
      return writeSpread(writer, name, data);
    case 'stringArrays':
      return writeArrays(writer, data.values, writeTexts);
    case 'u32Arrays':
      return writeArrays(writer, data.values, writeU32s);
    case 'i64Arrays':
      return writeArrays(writer, data.values, writeI64s);
    case 'f64Arrays':
      return writeArrays(writer, data.values, writeF64s);
    case 'maps':
      return writeMaps(writer, data.values);
    case 'mapArrays':
      return writeArrays(writer, data.values, writeMaps);
  }
}

// ---- read

/** Reads exactly one block; bytes after it are BATCH_MALFORMED. */
export function decodeNativeBlock(bytes: Uint8Array): NativeBlock {
  const reader = new ByteReader(bytes);
  const block = readBlock(reader);
  if (reader.left > 0) throw reader.problem(`${reader.left} bytes follow the block: give the bytes of one block`);
  return block;
}

/** Reads blocks one after the other, as a query with FORMAT Native answers. No bytes are no blocks. */
export function decodeNativeBlocks(bytes: Uint8Array): readonly NativeBlock[] {
  const reader = new ByteReader(bytes);
  const blocks: NativeBlock[] = [];
  while (reader.left > 0) blocks.push(readBlock(reader));
  return blocks;
}

function readBlock(reader: ByteReader): NativeBlock {
  reader.field = 'block';
  const count = reader.varuint('column count');
  const rows = reader.varuint('row count');
  reader.expect(count * 2, 'columns'); // each has at least the length bytes of its name and type
  if (count === 0 && rows > 0) throw reader.problem(`${rows} rows without a column: the block is damaged`);
  const columns: NativeColumn[] = [];
  for (let i = 0; i < count; i++) columns.push(readColumn(reader, rows));
  return { rows, columns };
}

function readColumn(reader: ByteReader, rows: number): NativeColumn {
  reader.field = 'block';
  const name = reader.text('column name');
  reader.field = `column "${name.slice(0, 64)}"`;
  const type = reader.text('column type');
  const repeated = repeatedType(type);
  if (repeated !== undefined) {
    const readOf = (from: ByteReader, keys: number): RepeatedData => READ_DATA[COLUMN_TYPES[repeated]](from, keys);
    return { name, type: repeated, data: readSpread(reader, rows, readOf) };
  }
  if (!isColumnType(type)) {
    const known = Object.keys(COLUMN_TYPES).join(', ');
    throw reader.problem(`type "${type.slice(0, 64)}" is not carried: cast it to one of ${known}`);
  }
  return { name, type, data: READ_DATA[COLUMN_TYPES[type]](reader, rows) };
}

const isColumnType = (type: string): type is ColumnType => Object.hasOwn(COLUMN_TYPES, type);

const READ_DATA: { readonly [S in ColumnStorage]: (reader: ByteReader, rows: number) => PlainData & { storage: S } } = {
  u8: (reader, rows) => ({ storage: 'u8', values: new Uint8Array(copyOf(reader, rows)) }),
  u16: (reader, rows) => ({ storage: 'u16', values: new Uint16Array(copyOf(reader, rows * 2)) }),
  u32: (reader, rows) => ({ storage: 'u32', values: new Uint32Array(copyOf(reader, rows * 4)) }),
  u64: (reader, rows) => ({ storage: 'u64', values: new BigUint64Array(copyOf(reader, rows * 8)) }),
  i64: (reader, rows) => ({ storage: 'i64', values: new BigInt64Array(copyOf(reader, rows * 8)) }),
  f64: (reader, rows) => ({ storage: 'f64', values: new Float64Array(copyOf(reader, rows * 8)) }),
  bytes8: (reader, rows) => ({ storage: 'bytes8', values: new Uint8Array(copyOf(reader, rows * 8)) }),
  bytes16: (reader, rows) => ({ storage: 'bytes16', values: new Uint8Array(copyOf(reader, rows * 16)) }),
  strings: (reader, rows) => ({ storage: 'strings', values: readTexts(reader, rows) }),
  dictionary: readLowCardinality,
  stringArrays: (reader, rows) => ({ storage: 'stringArrays', values: readArrays(reader, rows, readTexts) }),
  u32Arrays: (reader, rows) => ({ storage: 'u32Arrays', values: readArrays(reader, rows, readU32s) }),
  i64Arrays: (reader, rows) => ({ storage: 'i64Arrays', values: readArrays(reader, rows, readI64s) }),
  f64Arrays: (reader, rows) => ({ storage: 'f64Arrays', values: readArrays(reader, rows, readF64s) }),
  maps: (reader, rows) => ({ storage: 'maps', values: readMaps(reader, rows) }),
  mapArrays: (reader, rows) => ({ storage: 'mapArrays', values: readArrays(reader, rows, readMaps) }),
};
