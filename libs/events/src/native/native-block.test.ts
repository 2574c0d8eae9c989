import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { MapscopeError } from '../errors.ts';
import { COLUMN_TYPES } from '../tables/column.ts';
import type { ColumnData, ColumnSpec, ColumnType, PlainData } from '../tables/column.ts';
import { decodeNativeBlock, decodeNativeBlocks, encodeNativeBlock } from './native-block.ts';

const hex = (bytes: Uint8Array): string => Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
const ascii = (text: string): string => hex(Uint8Array.from(text, (c) => c.charCodeAt(0)));
const u64 = (value: number): string => hex(new Uint8Array(new BigUint64Array([BigInt(value)]).buffer));

const spec = (type: ColumnType, name = 'a'): readonly ColumnSpec[] => [{ name, type }];

const BYTES: readonly [ColumnType, number, ColumnData, string][] = [
  ['UInt8', 2, { storage: 'u8', values: Uint8Array.of(7, 9) }, '0709'],
  ['UInt16', 1, { storage: 'u16', values: Uint16Array.of(0x0102) }, '0201'],
  ['Int64', 1, { storage: 'i64', values: BigInt64Array.of(-2n) }, 'feffffffffffffff'],
  ['Float64', 1, { storage: 'f64', values: Float64Array.of(1) }, '000000000000f03f'],
  ['FixedString(8)', 1, { storage: 'bytes8', values: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) }, '0102030405060708'],
  ['String', 2, { storage: 'strings', values: ['', 'aé'] }, '000361c3a9'],
  ['Array(UInt32)', 2, { storage: 'u32Arrays', values: [[5], []] }, `${u64(1)}${u64(1)}05000000`],
  [
    'LowCardinality(String)',
    3,
    { storage: 'dictionary', keys: ['unused', 'PUT', 'GET'], indexes: Uint32Array.of(2, 2, 1) },
    `${u64(1)}${u64(0x600)}${u64(2)}03${ascii('GET')}03${ascii('PUT')}${u64(3)}000001`,
  ],
];

test.each(BYTES)('%s is written as the bytes ClickHouse expects', (type, rows, data, expected) => {
  const head = `010${rows}0161${type.length.toString(16).padStart(2, '0')}${ascii(type)}`;
  expect(hex(encodeNativeBlock(spec(type), rows, { a: data }))).toBe(head + expected);
});

const text = fc.string({ unit: 'binary', maxLength: 150 });
const map = fc
  .array(fc.tuple(text, text), { maxLength: 3 })
  .map((pairs) => ({ keys: pairs.map(([key]) => key), values: pairs.map(([, value]) => value) }));
const fixed = (length: number): { minLength: number; maxLength: number } => ({ minLength: length, maxLength: length });

const DATA: Record<PlainData['storage'], (rows: number) => fc.Arbitrary<ColumnData>> = {
  u8: (n) => fc.uint8Array(fixed(n)).map((values) => ({ storage: 'u8', values })),
  u16: (n) => fc.uint16Array(fixed(n)).map((values) => ({ storage: 'u16', values })),
  u32: (n) => fc.uint32Array(fixed(n)).map((values) => ({ storage: 'u32', values })),
  u64: (n) => fc.bigUint64Array(fixed(n)).map((values) => ({ storage: 'u64', values })),
  i64: (n) => fc.bigInt64Array(fixed(n)).map((values) => ({ storage: 'i64', values })),
  f64: (n) => fc.float64Array(fixed(n)).map((values) => ({ storage: 'f64', values })),
  bytes8: (n) => fc.uint8Array(fixed(n * 8)).map((values) => ({ storage: 'bytes8', values })),
  bytes16: (n) => fc.uint8Array(fixed(n * 16)).map((values) => ({ storage: 'bytes16', values })),
  strings: (n) => fc.array(text, fixed(n)).map((values) => ({ storage: 'strings', values })),
  dictionary: (n) =>
    fc
      .array(text, { minLength: 1, maxLength: 8 })
      .chain((keys) =>
        fc
          .array(fc.nat({ max: keys.length - 1 }), fixed(n))
          .map((indexes) => ({ storage: 'dictionary', keys, indexes: Uint32Array.from(indexes) })),
      ),
  stringArrays: (n) =>
    fc.array(fc.array(text, { maxLength: 3 }), fixed(n)).map((values) => ({ storage: 'stringArrays', values })),
  u32Arrays: (n) =>
    fc.array(fc.array(fc.nat(), { maxLength: 3 }), fixed(n)).map((values) => ({ storage: 'u32Arrays', values })),
  i64Arrays: (n) =>
    fc
      .array(fc.array(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), { maxLength: 3 }), fixed(n))
      .map((values) => ({ storage: 'i64Arrays', values })),
  f64Arrays: (n) =>
    fc.array(fc.array(fc.double(), { maxLength: 3 }), fixed(n)).map((values) => ({ storage: 'f64Arrays', values })),
  maps: (n) => fc.array(map, fixed(n)).map((values) => ({ storage: 'maps', values })),
  mapArrays: (n) =>
    fc.array(fc.array(map, { maxLength: 3 }), fixed(n)).map((values) => ({ storage: 'mapArrays', values })),
};

interface Block {
  readonly spec: readonly ColumnSpec[];
  readonly rows: number;
  readonly columns: Readonly<Record<string, ColumnData>>;
}

const anyBlock: fc.Arbitrary<Block> = fc
  .tuple(
    fc.nat({ max: 5 }),
    fc.uniqueArray(fc.tuple(text, fc.constantFrom(...(Object.keys(COLUMN_TYPES) as ColumnType[]))), {
      selector: ([name]) => name,
      minLength: 1,
      maxLength: 6,
    }),
  )
  .chain(([rows, columns]) =>
    fc.tuple(...columns.map(([, type]) => DATA[COLUMN_TYPES[type]](rows))).map((data) => ({
      spec: columns.map(([name, type]) => ({ name, type })),
      rows,
      columns: Object.fromEntries(columns.map(([name], i) => [name, data[i]!])),
    })),
  );

/** Two dictionaries are equal when their rows are. */
const comparable = (data: ColumnData): unknown =>
  data.storage === 'dictionary' ? Array.from(data.indexes, (index) => data.keys[index]) : data;

test('what is encoded decodes to the same columns, for every type and row count', () => {
  fc.assert(
    fc.property(anyBlock, ({ spec, rows, columns }) => {
      const decoded = decodeNativeBlock(encodeNativeBlock(spec, rows, columns));
      expect(decoded.rows).toBe(rows);
      expect(decoded.columns.map(({ name, type }) => ({ name, type }))).toEqual(spec);
      for (const { name, data } of decoded.columns) expect(comparable(data)).toEqual(comparable(columns[name]!));
    }),
    { numRuns: 400, interruptAfterTimeLimit: 5000 },
  );
});

const decodeOrProblem = (bytes: Uint8Array): unknown => {
  try {
    return decodeNativeBlock(bytes);
  } catch (error) {
    return error;
  }
};
const isBlockOrMalformed = (result: unknown): boolean =>
  result instanceof MapscopeError ? result.code === 'BATCH_MALFORMED' : !(result instanceof Error);

test('random and damaged bytes either decode or are BATCH_MALFORMED', () => {
  const damaged = fc.tuple(anyBlock, fc.nat(), fc.nat({ max: 255 })).map(([{ spec, rows, columns }, at, byte]) => {
    const bytes = encodeNativeBlock(spec, rows, columns).slice();
    bytes[at % bytes.length] = byte;
    return bytes;
  });
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), damaged), (bytes) => {
      expect(decodeOrProblem(bytes)).toSatisfy(isBlockOrMalformed);
    }),
    { numRuns: 2000, interruptAfterTimeLimit: 5000 },
  );
});

test('a block cut anywhere is BATCH_MALFORMED', () => {
  fc.assert(
    fc.property(anyBlock, fc.nat(), ({ spec, rows, columns }, at) => {
      const bytes = encodeNativeBlock(spec, rows, columns);
      expect(decodeOrProblem(bytes.subarray(0, at % bytes.length))).toMatchObject({ code: 'BATCH_MALFORMED' });
    }),
    { interruptAfterTimeLimit: 5000 },
  );
});

test.each(Object.keys(COLUMN_TYPES) as ColumnType[])(
  '%s with 2^48 stated rows is refused before memory is taken',
  (type) => {
    const bytes = encodeNativeBlock(spec(type), 0, { a: emptyOf(type) });
    const huge = Uint8Array.from([
      1,
      0x80,
      0x80,
      0x80,
      0x80,
      0x80,
      0x80,
      0x20,
      ...bytes.subarray(2),
      1,
      0,
      0,
      0,
      0,
      0,
      0,
    ]);
    expect(() => decodeNativeBlock(huge)).toThrow(/^column "a": .*\b(left|version)\b/);
  },
);

/** Lies inside a column: what stands after the head of one row. */
const LIES: readonly [string, ColumnType, string, string][] = [
  ['2^60 keys', 'LowCardinality(String)', u64(1) + u64(0x600) + u64(2 ** 60), 'keys would take'],
  ['a shared dictionary', 'LowCardinality(String)', u64(1) + u64(0x700), 'index type 0x700'],
  ['another row count', 'LowCardinality(String)', u64(1) + u64(0x600) + u64(0) + u64(2), 'states 2 rows'],
  [
    'an index past the keys',
    'LowCardinality(String)',
    `${u64(1)}${u64(0x600)}${u64(1)}00${u64(1)}01`,
    'index 1 points past',
  ],
  ['an array of 2^60', 'Array(UInt32)', u64(2 ** 60), 'values would take'],
  ['a text of 2^34', 'String', '8080808040', 'string would take'],
];

test.each(LIES)('%s in one row is refused before memory is taken', (_, type, data, message) => {
  const head = encodeNativeBlock(spec(type), 0, { a: emptyOf(type) });
  const body = Uint8Array.from(data.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
  expect(() => decodeNativeBlock(Uint8Array.of(1, 1, ...head.subarray(2), ...body))).toThrow(message);
});

const emptyOf = (type: ColumnType): ColumnData =>
  decodeNativeBlock(Uint8Array.from([1, 0, 1, 97, type.length, ...Array.from(type, (c) => c.charCodeAt(0))]))
    .columns[0]!.data;

const WRONG: readonly [string, ColumnType, number, Record<string, ColumnData>, string][] = [
  ['a missing column', 'UInt8', 1, {}, 'column "a" has no data: give storage "u8" for its type UInt8'],
  ['another storage', 'UInt8', 1, { a: { storage: 'strings', values: ['x'] } }, 'column "a" has storage "strings"'],
  [
    'too few values',
    'UInt8',
    2,
    { a: { storage: 'u8', values: Uint8Array.of(1) } },
    '"a" has 1 elements: 2 rows of UInt8 need 2',
  ],
  ['half a fixed string', 'FixedString(8)', 1, { a: { storage: 'bytes8', values: new Uint8Array(4) } }, 'need 8'],
  ['rows in an empty block', 'String', 0, { a: { storage: 'strings', values: ['x'] } }, '0 rows of String need 0'],
  [
    'an index without key',
    'LowCardinality(String)',
    1,
    { a: { storage: 'dictionary', keys: ['x'], indexes: Uint32Array.of(1) } },
    'column "a": index 1 points past its 1 keys',
  ],
];

test.each(WRONG)('%s is refused with the column named', (_, type, rows, columns, message) => {
  expect(() => encodeNativeBlock(spec(type), rows, columns)).toThrow(message);
});

test('300 and 70000 distinct keys take indexes of 2 and 4 bytes', () => {
  for (const [count, indexBytes] of [
    [256, 1],
    [257, 2],
    [65_536, 2],
    [65_537, 4],
  ] as const) {
    const keys = Array.from({ length: count }, (_, i) => `k${i}`);
    const data: ColumnData = { storage: 'dictionary', keys, indexes: Uint32Array.from(keys.keys()) };
    const bytes = encodeNativeBlock(spec('LowCardinality(String)'), count, { a: data });
    const keyBytes = keys.reduce((sum, key) => sum + 1 + key.length, 0);
    const head = encodeNativeBlock(spec('LowCardinality(String)'), 0, { a: emptyOf('LowCardinality(String)') }).length;
    const rowsVaruintExtra = count < 0x4000 ? 1 : 2;
    expect(bytes.length).toBe(head + rowsVaruintExtra + 32 + keyBytes + count * indexBytes);
    expect(decodeNativeBlock(bytes).columns[0]!.data).toEqual(data);
  }
});

test('several blocks in a row are read as several, and one is asked for where one is meant', () => {
  const one = encodeNativeBlock(spec('UInt8'), 1, { a: { storage: 'u8', values: Uint8Array.of(4) } });
  const two = Uint8Array.from([...one, ...one]);
  expect(decodeNativeBlocks(two)).toHaveLength(2);
  expect(decodeNativeBlocks(new Uint8Array(0))).toEqual([]);
  expect(() => decodeNativeBlock(two)).toThrow('bytes follow the block');
});
