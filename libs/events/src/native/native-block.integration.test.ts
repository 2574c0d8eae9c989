/**
 * The block against the engine itself (chDB, the library form of ClickHouse): what we write it reads, what it
 * writes we read. Bytes go in through the table function `format`, so no file is needed.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Session } from 'chdb';
import { afterAll, expect, test } from 'vitest';
import { COLUMN_TYPES } from '../tables/column.ts';
import type { ColumnData, ColumnSpec, ColumnType, PlainData, SpreadData } from '../tables/column.ts';
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

const VALUES: Record<ColumnType, PlainData> = {
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
  'Array(UInt64)': { storage: 'i64Arrays', values: [[0n, 7n], [], [2n ** 63n - 1n]] },
  'Array(Float64)': { storage: 'f64Arrays', values: [[-0.5, 1e300], [], [Infinity]] },
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

const emptied = (data: PlainData): PlainData => {
  if (data.storage === 'dictionary') return { ...data, indexes: new Uint32Array(0) };
  // The storage stays, so values stay of their kind; slice is on every array.
  return { ...data, values: data.values.slice(0, 0) } as PlainData;
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

/** One column each: its type in the table, what travels, and what the table must hold. */
const NARROWER: readonly (readonly [ColumnType, ColumnData, ColumnData])[] = [
  ['UInt64', { storage: 'u8', values: Uint8Array.of(0, 1, 255) }, u64(0n, 1n, 255n)],
  ['UInt64', { storage: 'u16', values: Uint16Array.of(0, 1, 65_535) }, u64(0n, 1n, 65_535n)],
  ['UInt64', { storage: 'u32', values: Uint32Array.of(0, 1, 4_294_967_295) }, u64(0n, 1n, 4_294_967_295n)],
  [
    'UInt32',
    { storage: 'u8', values: Uint8Array.of(0, 1, 255) },
    { storage: 'u32', values: Uint32Array.of(0, 1, 255) },
  ],
  ['UInt64', spread(u64(7n, 2n ** 64n - 1n, 7n, 0n), 1, 0, 2), u64(2n ** 64n - 1n, 7n, 7n)],
  [
    'UInt32',
    spread({ storage: 'u32', values: Uint32Array.of(4, 5) }, 1, 1, 0),
    { storage: 'u32', values: Uint32Array.of(5, 5, 4) },
  ],
  [
    'FixedString(8)',
    spread(VALUES['FixedString(8)'], 2, 0, 1),
    {
      storage: 'bytes8',
      values: Uint8Array.from([16, 0, 8].flatMap((i) => Array.from({ length: 8 }, (_, j) => 255 - i - j))),
    },
  ],
  [
    'FixedString(16)',
    spread(VALUES['FixedString(16)'], 1, 1, 1),
    { storage: 'bytes16', values: Uint8Array.from({ length: 48 }, (_, i) => (16 + (i % 16)) * 5) },
  ],
  ['UInt64', { storage: 'default' }, u64(0n, 0n, 0n)],
  ['UInt8', { storage: 'default' }, { storage: 'u8', values: new Uint8Array(3) }],
  [
    'LowCardinality(String)',
    { storage: 'default' },
    { storage: 'dictionary', keys: [''], indexes: Uint32Array.of(0, 0, 0) },
  ],
  ['FixedString(16)', { storage: 'default' }, { storage: 'bytes16', values: new Uint8Array(48) }],
];

function u64(...values: bigint[]): ColumnData & { readonly storage: 'u64' } {
  return { storage: 'u64', values: BigUint64Array.from(values) };
}

function spread(of: ColumnData, ...indexes: number[]): ColumnData {
  // the table above gives it no other
  return { storage: 'spread', of: of as SpreadData['of'], indexes: Uint8Array.from(indexes) };
}

const name = (i: number): string => `n${i}`;

test('what travels narrower than its table is widened by the engine, beside what does not', async () => {
  const spec = NARROWER.map(([type], i) => ({ name: name(i), type }));
  createTable('narrower', [{ name: 'row', type: 'UInt8' }, ...spec]);
  const row: ColumnData = { storage: 'u8', values: Uint8Array.of(0, 1, 2) };
  const sent = Object.fromEntries(NARROWER.map(([, data], i) => [name(i), data]));
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'mapscope-narrower-')), 'block');
  writeFileSync(file, encodeNativeBlock([{ name: 'row', type: 'UInt8' }, ...spec], 3, { row, ...sent }));
  // As a body is inserted: the engine itself casts to the table, and knows what a block lacks.
  session.query(`INSERT INTO narrower FROM INFILE '${file}' FORMAT Native`);
  rmSync(path.dirname(file), { recursive: true });
  const back = await selectNative('SELECT * EXCEPT row FROM narrower ORDER BY row');
  for (const [i, { type, data }] of back.columns.entries()) {
    const [expectedType, , expected] = NARROWER[i]!;
    expect([name(i), type, comparable(data)]).toEqual([name(i), expectedType, comparable(expected)]);
  }
});
