/**
 * LowCardinality(T) inside a Native block: each key once, then one small index per row. T is String, or what has a fixed
 * width: its keys then lie side by side as in a column of T. A key may stand there twice: the server keeps it once.
 * Source: ClickHouse src/DataTypes/Serializations/SerializationLowCardinality.cpp (KeysSerializationVersion,
 * IndexesSerializationType) as of 26.7; only the form without a shared dictionary goes over the wire.
 *
 *   ┌──────────────┬────────────────────┬──────────┬──────────────┬──────────┬───────────────────────┐
 *   │ u64 version  │ u64 index type     │ u64 keys │ keys × T     │ u64 rows │ rows × u8|u16|u32|u64 │
 *   │ = 1          │ | 1<<9 | 1<<10     │          │              │          │ index into keys       │
 *   └──────────────┴────────────────────┴──────────┴──────────────┴──────────┴───────────────────────┘
 *     index type: low byte 0 = u8, 1 = u16, 2 = u32, 3 = u64;
 *     1<<8 NeedGlobalDictionary (refused), 1<<9 HasAdditionalKeys, 1<<10 NeedUpdateDictionary
 *
 * Example: keys [GET, PUT], rows GET GET PUT → 1, 0x600, 2, "GET" "PUT", 3, 00 00 01.
 * With zero rows the whole column is empty, the version too.
 */
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { malformed } from '../malformed.ts';
import { areAllBelow } from './all-below.ts';
import type { ColumnData, RepeatedData, SpreadData } from '../tables/column.ts';

type DictionaryData = Extract<ColumnData, { storage: 'dictionary' }>;

const ELEMENTS_PER_KEY: Partial<Record<RepeatedData['storage'], number>> = { bytes8: 8, bytes16: 16 };

const KEYS_VERSION = 1;
const NEED_GLOBAL_DICTIONARY = 1 << 8;
const HAS_ADDITIONAL_KEYS = 1 << 9;
const NEED_UPDATE_DICTIONARY = 1 << 10;

interface Compacted {
  readonly keys: readonly string[];
  readonly indexes: Uint8Array | Uint16Array | Uint32Array;
}

/** The keys this batch uses, in order of first use, and the rows' indexes into them, as narrow as that allows. */
function compact(name: string, data: DictionaryData): Compacted {
  const { keys, indexes } = data;
  if (!(indexes instanceof Uint32Array)) {
    checkIndexes(name, keys.length, indexes);
    return { keys, indexes };
  }
  if (keys.length <= 0x100) {
    const narrow = new Uint8Array(indexes.length);
    if (narrowCompact(indexes, narrow) === keys.length) return { keys, indexes: narrow };
  }
  return narrowed(renumber(name, keys, indexes));
}

/** Narrow ones are sent as they are: a key that no row uses costs its text, looking for it would cost more. */
function checkIndexes(name: string, keys: number, indexes: SpreadData['indexes']): void {
  const areBelow = indexes instanceof Uint8Array ? areAllBelow(keys, indexes) : largestOf(indexes) < keys;
  if (areBelow) return;
  throw pastKeys(name, indexes.find((each) => each >= keys) ?? 0, keys);
}

/** −1 of none. */
function largestOf(indexes: Uint16Array | Uint32Array): number {
  let largest = -1;
  for (let row = 0; row < indexes.length; row++) largest = Math.max(largest, indexes[row] ?? 0);
  return largest;
}

/**
 * Whoever made the dictionary row by row has it so already: each index was used before, or is the next key's. Copies them
 * and gives the number of keys that were used, or −1 for any other order.
 */
function narrowCompact(indexes: Uint32Array, narrow: Uint8Array): number {
  let next = 0;
  for (let row = 0; row < indexes.length; row++) {
    const index = indexes[row] ?? 0;
    if (index >= next && index !== next++) return -1;
    narrow[row] = index;
  }
  return next;
}

/** Not `from`, which asks an iterator for every row. */
function narrowed({ keys, indexes }: Compacted): Compacted {
  if (keys.length <= 0x100) return { keys, indexes: new Uint8Array(indexes) };
  return { keys, indexes: keys.length <= 0x1_0000 ? new Uint16Array(indexes) : indexes };
}

function renumber(name: string, given: readonly string[], old: Uint32Array): Compacted {
  const keys: string[] = [];
  // Old index → new index + 1; 0 = not met yet.
  const renumbered = new Uint32Array(given.length);
  const indexes = new Uint32Array(old.length);
  for (let row = 0; row < old.length; row++) {
    const index = old[row] ?? 0;
    let known = renumbered[index] ?? 0;
    if (known === 0) renumbered[index] = known = keys.push(keyAt(name, given, index));
    indexes[row] = known - 1;
  }
  return { keys, indexes };
}

function keyAt(name: string, keys: readonly string[], index: number): string {
  const key = keys[index];
  if (key === undefined) throw pastKeys(name, index, keys.length);
  return key;
}

function pastKeys(name: string, index: number, keys: number): Error {
  const problem = `column "${name}": index ${index} points past its ${keys} keys: add the key first`;
  return malformed(problem, { column: name, index, keys });
}

export function writeLowCardinality(writer: ByteWriter, name: string, data: DictionaryData): void {
  const { keys, indexes } = compact(name, data);
  writeHead(writer, indexes, keys.length);
  for (const key of keys) writer.text(key);
  writeIndexes(writer, indexes);
}

export function writeSpread(writer: ByteWriter, name: string, { of, indexes }: SpreadData): void {
  const keys = of.values.length / (ELEMENTS_PER_KEY[of.storage] ?? 1);
  checkIndexes(name, keys, indexes);
  writeHead(writer, indexes, keys);
  writer.array(of.values);
  writeIndexes(writer, indexes);
}

function writeHead(writer: ByteWriter, indexes: SpreadData['indexes'], keys: number): void {
  const indexType = Math.log2(indexes.BYTES_PER_ELEMENT);
  writer.u64(BigInt(KEYS_VERSION));
  writer.u64(BigInt(indexType | HAS_ADDITIONAL_KEYS | NEED_UPDATE_DICTIONARY));
  writer.u64(BigInt(keys));
}

function writeIndexes(writer: ByteWriter, indexes: SpreadData['indexes']): void {
  writer.u64(BigInt(indexes.length));
  writer.array(indexes);
}

interface Read<K> {
  readonly keys: K;
  readonly indexes: Uint32Array;
}

export function readLowCardinality(reader: ByteReader, rows: number): DictionaryData {
  if (rows === 0) return { storage: 'dictionary', keys: [], indexes: new Uint32Array(0) };
  return { storage: 'dictionary', ...readParts(reader, rows, readKeys, (keys) => keys.length) };
}

/**
 * The values of all rows, as a column of T has them: who reads blocks need not know how one travelled.
 * @param readOf as a column of so many keys is read
 */
export function readSpread<V extends RepeatedData>(
  reader: ByteReader,
  rows: number,
  readOf: (reader: ByteReader, keys: number) => V,
): V {
  if (rows === 0) return readOf(reader, 0);
  let count = 0;
  const read = (): V => readOf(reader, (count = reader.u64('key count')));
  const { keys, indexes } = readParts(reader, rows, read, () => count);
  const perKey = ELEMENTS_PER_KEY[keys.storage] ?? 1;
  const spread = keys.values.constructor as new (length: number) => V['values'];
  return { ...keys, values: spreadOut(keys.values, indexes, perKey, new spread(rows * perKey)) };
}

function spreadOut<A extends RepeatedData['values']>(from: A, indexes: Uint32Array, perKey: number, to: A): A {
  for (let row = 0, at = 0; row < indexes.length; row++) {
    const key = perKey * (indexes[row] ?? 0);
    for (let element = 0; element < perKey; element++) to[at++] = from[key + element] ?? 0;
  }
  return to;
}

function readParts<K>(
  reader: ByteReader,
  rows: number,
  readKeys: (reader: ByteReader) => K,
  countOf: (keys: K) => number,
): Read<K> {
  const version = reader.u64('dictionary version');
  if (version !== KEYS_VERSION) throw reader.problem(`dictionary version ${version} is unknown, only 1 is read`);
  const flags = reader.u64('index type');
  const bytesPerIndex = 2 ** (flags % 0x100);
  if (flags >= 2 * NEED_UPDATE_DICTIONARY || bytesPerIndex > 8 || (flags & NEED_GLOBAL_DICTIONARY) !== 0) {
    throw reader.problem(`index type 0x${flags.toString(16)} is unknown or needs a shared dictionary`);
  }
  if ((flags & HAS_ADDITIONAL_KEYS) === 0) throw reader.problem('has rows and no keys: the block is damaged');
  const keys = readKeys(reader);
  const stated = reader.u64('row count');
  if (stated !== rows) throw reader.problem(`states ${stated} rows in a block of ${rows}: the block is damaged`);
  return { keys, indexes: readIndexes(reader, rows, bytesPerIndex, countOf(keys)) };
}

function readKeys(reader: ByteReader): string[] {
  const count = reader.u64('key count');
  reader.expect(count, 'keys'); // each has at least its length byte
  const keys: string[] = [];
  for (let i = 0; i < count; i++) keys.push(reader.text('key'));
  return keys;
}

function readIndexes(reader: ByteReader, rows: number, bytesPerIndex: number, keyCount: number): Uint32Array {
  // A copy, because a view of wider elements would need aligned bytes.
  const { buffer } = new Uint8Array(reader.take(rows * bytesPerIndex, 'indexes'));
  const indexes = widened(buffer, bytesPerIndex);
  const past = indexes.find((index) => index >= keyCount);
  if (past !== undefined) throw reader.problem(`index ${past} points past its ${keyCount} keys: the block is damaged`);
  return indexes;
}

function widened(buffer: ArrayBuffer, bytesPerIndex: number): Uint32Array {
  if (bytesPerIndex === 1) return Uint32Array.from(new Uint8Array(buffer));
  if (bytesPerIndex === 2) return Uint32Array.from(new Uint16Array(buffer));
  if (bytesPerIndex === 4) return new Uint32Array(buffer);
  // An index past 32 bits is past every key count too, and is refused by the caller.
  return Uint32Array.from(new BigUint64Array(buffer), (index) => Number(index < 0xffff_ffffn ? index : 0xffff_ffffn));
}
