import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ColumnData, ColumnSpec } from '../tables/column.ts';
import { createBlockEncoder, decodeNativeBlock, encodeNativeBlock } from './native-block.ts';

const SPEC: readonly ColumnSpec[] = [
  { name: 'name', type: 'LowCardinality(String)' },
  { name: 'count', type: 'UInt64' },
];
const KEYS = Array.from({ length: 256 }, (_, index) => `key ${index}`);

const columnsOf = (keys: number, indexes: readonly number[]): Readonly<Record<string, ColumnData>> => ({
  name: { storage: 'dictionary', keys: KEYS.slice(0, keys), indexes: Uint8Array.from(indexes) },
  count: { storage: 'u64', values: BigUint64Array.from(indexes, BigInt) },
});

const anyIndexes = fc
  .integer({ min: 1, max: 256 })
  .chain((keys) => fc.tuple(fc.constant(keys), fc.array(fc.nat({ max: keys - 1 }), { maxLength: 300 })));

test('blocks of one encoder are what they are alone, though they lie in the same memory', () => {
  const encode = createBlockEncoder();
  fc.assert(
    fc.property(anyIndexes, ([keys, indexes]) => {
      const columns = columnsOf(keys, indexes);
      expect([...encode(SPEC, indexes.length, columns)]).toEqual([...encodeNativeBlock(SPEC, indexes.length, columns)]);
    }),
    { numRuns: 200, interruptAfterTimeLimit: 2000 },
  );
});

test('indexes that are bytes name the keys they name, used or not', () => {
  fc.assert(
    fc.property(anyIndexes, ([keys, indexes]) => {
      const block = decodeNativeBlock(encodeNativeBlock(SPEC, indexes.length, columnsOf(keys, indexes)));
      const data = block.columns[0]?.data;
      if (data?.storage !== 'dictionary') throw new Error('no dictionary');
      expect(Array.from(data.indexes, (index) => data.keys[index])).toEqual(indexes.map((index) => KEYS[index]));
    }),
    { numRuns: 200, interruptAfterTimeLimit: 2000 },
  );
});

test('a byte past the keys is refused with the column named', () => {
  expect(() => encodeNativeBlock(SPEC, 5, columnsOf(2, [0, 1, 0, 2, 1]))).toThrow(
    'column "name": index 2 points past its 2 keys',
  );
});
