/**
 * The block against the engine itself (chDB, the library form of ClickHouse): what we write it reads, what it
 * writes we read. Bytes go in through the table function `format`, so no file is needed.
 */
import { Session } from 'chdb';
import { afterAll, expect, test } from 'vitest';
import { COLUMN_TYPES } from '../tables/column.ts';
import type { ColumnData, ColumnSpec, ColumnType } from '../tables/column.ts';
import { decodeNativeBlock, encodeNativeBlock } from './native-block.ts';

const session = new Session();
afterAll(() => session.cleanup());
// Blocks travel inside the query text here, and the default limit is 256 KiB.
session.query('SET max_query_size = 16777216');

const SPEC: readonly ColumnSpec[] = (Object.keys(COLUMN_TYPES) as ColumnType[]).map((type, i) => ({
  name: `c${i}`,
  type,
}));
const columnOf = (type: ColumnType): string => SPEC.find((column) => column.type === type)!.name;

const VALUES: Record<ColumnType, ColumnData> = {
  UInt8: { storage: 'u8', values: Uint8Array.of(1, 2, 255) },
  UInt16: { storage: 'u16', values: Uint16Array.of(1, 2, 65_535) },
  UInt32: { storage: 'u32', values: Uint32Array.of(1, 2, 4_294_967_295) },
  UInt64: { storage: 'u64', values: BigUint64Array.of(1n, 2n, 2n ** 64n - 1n) },
  Int64: { storage: 'i64', values: BigInt64Array.of(-1n, 2n, -(2n ** 63n)) },
  Float64: { storage: 'f64', values: Float64Array.of(-0.5, 1e300, Infinity) },
  "DateTime64(9, 'UTC')": { storage: 'i64', values: BigInt64Array.of(0n, 1n, 1_795_000_000_123_456_789n) },
  'FixedString(8)': { storage: 'bytes8', values: Uint8Array.from({ length: 24 }, (_, i) => 255 - i) },
  'FixedString(16)': { storage: 'bytes16', values: Uint8Array.from({ length: 48 }, (_, i) => i * 5) },
  String: { storage: 'strings', values: ['', 'é\u0000\n', 'x'.repeat(200)] },
  'LowCardinality(String)': { storage: 'dictionary', keys: ['unused', 'b', '', 'ß'], indexes: Uint32Array.of(3, 1, 3) },
  'Array(String)': { storage: 'stringArrays', values: [['a', ''], [], ['ü']] },
  'Array(UInt32)': { storage: 'u32Arrays', values: [[], [1, 2], [4_294_967_295]] },
  "Array(DateTime64(9, 'UTC'))": { storage: 'i64Arrays', values: [[0n], [], [1n, 1_795_000_000_123_456_789n]] },
  'Map(String, String)': {
    storage: 'maps',
    values: [
      { keys: ['k', ''], values: ['', 'ü'] },
      { keys: [], values: [] },
      { keys: ['a'], values: ['b'] },
    ],
  },
  'Array(Map(String, String))': {
    storage: 'mapArrays',
    values: [
      [],
      [
        { keys: ['k'], values: ['v'] },
        { keys: [], values: [] },
      ],
      [{ keys: ['x', 'y'], values: ['1', '2'] }],
    ],
  },
};
const COLUMNS = Object.fromEntries(SPEC.map(({ name, type }) => [name, VALUES[type]]));

const hex = (bytes: Uint8Array): string => Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
const insert = (table: string, block: Uint8Array): void => {
  session.query(`INSERT INTO ${table} SELECT * FROM format(Native, unhex('${hex(block)}'))`);
};
const createTable = (name: string, spec: readonly ColumnSpec[]): void => {
  const columns = spec.map(({ name, type }) => `${name} ${type}`).join(', ');
  session.query(`CREATE TABLE ${name} (${columns}) ENGINE = MergeTree ORDER BY tuple()`);
};
const selectNative = async (query: string): Promise<ReturnType<typeof decodeNativeBlock>> =>
  decodeNativeBlock((await session.queryAsync(query, { format: 'Native' })).bytes());

/** Two dictionaries are equal when their rows are. */
const comparable = (data: ColumnData): unknown =>
  data.storage === 'dictionary' ? Array.from(data.indexes, (index) => data.keys[index]) : data;

test('the engine reads every column type we write, and we read the block it writes back', async () => {
  createTable('every_type', SPEC);
  insert('every_type', encodeNativeBlock(SPEC, 3, COLUMNS));
  const back = await selectNative('SELECT * FROM every_type');
  expect(back.columns.map(({ name, type }) => ({ name, type }))).toEqual(SPEC);
  for (const { name, data } of back.columns)
    expect([name, comparable(data)]).toEqual([name, comparable(COLUMNS[name]!)]);
});

test('the engine understands the values as we mean them, not only as bytes', () => {
  const time = columnOf("DateTime64(9, 'UTC')");
  const text = columnOf('LowCardinality(String)');
  const numbers = columnOf('Array(UInt32)');
  const answer = session.query(`SELECT toString(${time}), ${text}, arraySum(${numbers}) FROM every_type`, 'TSV');
  expect(answer.trimEnd().split('\n').at(-1)).toBe('2026-11-18 11:06:40.123456789\tß\t4294967295');
});

test('a block of no rows is taken and adds none', () => {
  const none = decodeNativeBlock(encodeNativeBlock([], 0, {}));
  expect(none.rows).toBe(0);
  const empty = Object.fromEntries(SPEC.map(({ name, type }) => [name, emptied(VALUES[type])]));
  insert('every_type', encodeNativeBlock(SPEC, 0, empty));
  expect(session.query('SELECT count() FROM every_type', 'TSV').trim()).toBe('3');
});

const emptied = (data: ColumnData): ColumnData => {
  if (data.storage === 'dictionary') return { ...data, indexes: new Uint32Array(0) };
  // The storage stays, so values stay of their kind; slice is on every array.
  return { ...data, values: data.values.slice(0, 0) } as ColumnData;
};

test.each([
  [300, 2],
  [70_000, 4],
])('a dictionary of %i keys goes through the engine unchanged (index of %i bytes)', async (count) => {
  const spec: readonly ColumnSpec[] = [{ name: 'word', type: 'LowCardinality(String)' }];
  const keys = Array.from({ length: count }, (_, i) => `key ${i}`);
  const data: ColumnData = { storage: 'dictionary', keys, indexes: Uint32Array.from(keys.keys()).toReversed() };
  createTable(`words_${count}`, spec);
  insert(`words_${count}`, encodeNativeBlock(spec, count, { word: data }));
  const answer = session.query(`SELECT count(), uniqExact(word), min(word), max(word) FROM words_${count}`, 'TSV');
  expect(answer.trim()).toBe([count, count, 'key 0', [...keys].toSorted().at(-1)].join('\t'));
});
