import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { COLUMN_TYPES } from '../tables/column.ts';
import type { ColumnData, ColumnType, RepeatedData } from '../tables/column.ts';
import { decodeNativeBlock, encodeNativeBlock } from './native-block.ts';
import { holds, repeatedType, wireType } from './wire-type.ts';

const BYTE: RepeatedData = { storage: 'u8', values: Uint8Array.of(1) };

test.each<[ColumnType, ColumnData, string | undefined]>([
  ['UInt64', { storage: 'u64', values: new BigUint64Array(1) }, 'UInt64'],
  ['UInt64', { storage: 'u32', values: new Uint32Array(1) }, 'UInt32'],
  ['UInt64', BYTE, 'UInt8'],
  ['UInt8', BYTE, 'UInt8'],
  ['UInt8', { storage: 'u16', values: new Uint16Array(1) }, undefined],
  ['UInt32', { storage: 'u64', values: new BigUint64Array(1) }, undefined],
  ['Int64', BYTE, undefined],
  ["DateTime64(9, 'UTC')", { storage: 'u64', values: new BigUint64Array(1) }, undefined],
  ['FixedString(16)', { storage: 'bytes8', values: new Uint8Array(8) }, undefined],
  ['UInt64', { storage: 'spread', of: BYTE, indexes: Uint8Array.of(0) }, 'LowCardinality(UInt8)'],
  ['LowCardinality(String)', { storage: 'spread', of: BYTE, indexes: Uint8Array.of(0) }, undefined],
])('a column of %s with %o travels as %s', (type, data, expected) => {
  expect(wireType(type, data)).toBe(expected);
});

test('a table takes what is as wide or narrower, and nothing else', () => {
  expect(['UInt64', 'UInt32', 'UInt8'].map((type) => holds('UInt32', type))).toEqual([false, true, true]);
  expect(holds('String', 'UInt8')).toBe(false);
  expect(holds("DateTime64(9, 'UTC')", "DateTime64(9, 'UTC')")).toBe(true);
});

test.each([
  ['LowCardinality(UInt64)', 'UInt64'],
  ['LowCardinality(FixedString(16))', 'FixedString(16)'],
  ['LowCardinality(String)', undefined],
  ['LowCardinality(Float64)', undefined],
  ['LowCardinality(toString)', undefined],
  ['UInt64', undefined],
])('%s repeats values of %s', (wire, expected) => {
  expect(repeatedType(wire)).toBe(expected);
});

const spreadOf = (keys: readonly number[], indexes: readonly number[], width: 1 | 2 | 4): ColumnData => ({
  storage: 'spread',
  of: { storage: 'bytes16', values: Uint8Array.from(keys.flatMap((key) => Array<number>(16).fill(key))) },
  indexes: width === 1 ? Uint8Array.from(indexes) : width === 2 ? Uint16Array.from(indexes) : Uint32Array.from(indexes),
});

test('a spread decodes to the values of its rows, however wide its indexes are', () => {
  const anySpread = fc
    .array(fc.nat({ max: 255 }), { minLength: 1, maxLength: 9 })
    .chain((keys) =>
      fc.tuple(fc.constant(keys), fc.array(fc.nat({ max: keys.length - 1 })), fc.constantFrom<1 | 2 | 4>(1, 2, 4)),
    );
  fc.assert(
    fc.property(anySpread, ([keys, indexes, width]) => {
      const data = spreadOf(keys, indexes, width);
      const block = encodeNativeBlock([{ name: 'a', type: 'FixedString(16)' }], indexes.length, { a: data });
      const [column] = decodeNativeBlock(block).columns;
      const expected = indexes.flatMap((index) => Array<number>(16).fill(keys[index] ?? -1));
      expect(column).toEqual({
        name: 'a',
        type: 'FixedString(16)',
        data: { storage: 'bytes16', values: Uint8Array.from(expected) },
      });
    }),
    { numRuns: 300, interruptAfterTimeLimit: 2000 },
  );
});

test.each([1, 2, 4] as const)('an index of %i bytes past the keys is refused with the column named', (width) => {
  const columns = { a: spreadOf([1, 2], [0, 2, 1], width) };
  const encode = (): unknown => encodeNativeBlock([{ name: 'a', type: 'FixedString(16)' }], 3, columns);
  expect(encode).toThrow('column "a": index 2 points past its 2 keys');
});

test('a column that says nothing is left out', () => {
  const spec = Object.keys(COLUMN_TYPES).map((type) => ({ name: type, type: type as ColumnType }));
  const columns = Object.fromEntries(spec.map(({ name }) => [name, { storage: 'default' } as const]));
  const block = decodeNativeBlock(
    encodeNativeBlock(spec, 2, { ...columns, UInt8: { ...BYTE, values: Uint8Array.of(1, 2) } }),
  );
  expect(block.columns.map(({ name }) => name)).toEqual(['UInt8']);
});
