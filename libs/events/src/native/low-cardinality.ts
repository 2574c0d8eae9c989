/**
 * LowCardinality(String) inside a Native block: each key once, then one small index per row.
 * Source: ClickHouse src/DataTypes/Serializations/SerializationLowCardinality.cpp (KeysSerializationVersion,
 * IndexesSerializationType) as of 26.7; only the form without a shared dictionary goes over the wire.
 *
 *   ┌──────────────┬────────────────────┬──────────┬──────────────┬──────────┬───────────────────────┐
 *   │ u64 version  │ u64 index type     │ u64 keys │ keys × text  │ u64 rows │ rows × u8|u16|u32|u64 │
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
import type { ColumnData } from '../tables/column.ts';

type DictionaryData = Extract<ColumnData, { storage: 'dictionary' }>;

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
  if (indexes instanceof Uint8Array) return { keys, indexes: checkedIndexes(name, keys.length, indexes) };
  if (keys.length <= 0x100) {
    const narrow = new Uint8Array(indexes.length);
    if (narrowCompact(indexes, narrow) === keys.length) return { keys, indexes: narrow };
  }
  return narrowed(renumber(name, keys, indexes));
}

/** Bytes are sent as they are: a key that no row uses costs its text, looking for it would cost more. */
function checkedIndexes(name: string, keys: number, indexes: Uint8Array): Uint8Array {
  if (areAllBelow(keys, indexes)) return indexes;
  const index = indexes.find((each) => each >= keys) ?? 0;
  throw pastKeys(name, index, keys);
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
  const indexType = Math.log2(indexes.BYTES_PER_ELEMENT);
  writer.u64(BigInt(KEYS_VERSION));
  writer.u64(BigInt(indexType | HAS_ADDITIONAL_KEYS | NEED_UPDATE_DICTIONARY));
  writer.u64(BigInt(keys.length));
  for (const key of keys) writer.text(key);
  writer.u64(BigInt(indexes.length));
  writer.array(indexes);
}

export function readLowCardinality(reader: ByteReader, rows: number): DictionaryData {
  if (rows === 0) return { storage: 'dictionary', keys: [], indexes: new Uint32Array(0) };
  const version = reader.u64('dictionary version');
  if (version !== KEYS_VERSION) throw reader.problem(`dictionary version ${version} is unknown, only 1 is read`);
  const flags = reader.u64('index type');
  const bytesPerIndex = 2 ** (flags % 0x100);
  if (flags >= 2 * NEED_UPDATE_DICTIONARY || bytesPerIndex > 8 || (flags & NEED_GLOBAL_DICTIONARY) !== 0) {
    throw reader.problem(`index type 0x${flags.toString(16)} is unknown or needs a shared dictionary`);
  }
  const keys = (flags & HAS_ADDITIONAL_KEYS) === 0 ? [] : readKeys(reader);
  const stated = reader.u64('row count');
  if (stated !== rows) throw reader.problem(`states ${stated} rows in a block of ${rows}: the block is damaged`);
  return { storage: 'dictionary', keys, indexes: readIndexes(reader, rows, bytesPerIndex, keys.length) };
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
