import { encodeNativeBlock } from '@mapscope/events';
import type { ColumnData } from '@mapscope/events';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { addresses, numbers, rareBytes, rareIds16, rareIds8, words } from './narrow.ts';
import { valueOf } from './test-values.ts';

const longs = (values: readonly bigint[]): BigUint64Array => BigUint64Array.from(values);

test.each<[string, ColumnData, string]>([
  ['no number but zero', numbers(longs([0n, 0n])), 'default'],
  ['bytes', numbers(longs([0n, 255n])), 'u8'],
  ['more than a byte', numbers(longs([1n, 256n])), 'u16'],
  ['more than two', numbers(longs([65_536n, 0n])), 'u32'],
  ['the highest bit of 32', numbers(longs([2n ** 31n, 1n])), 'u32'],
  ['more than 32 bits', numbers(longs([1n, 2n ** 32n])), 'u64'],
  ['words of two bytes', words(Uint32Array.of(65_535, 1)), 'u16'],
  ['words of four', words(Uint32Array.of(1, 2 ** 31)), 'u32'],
  ['one address for eight rows', addresses(new BigUint64Array(8).fill(2n ** 47n)), 'spread'],
  ['an address for each row', addresses(longs([1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n])), 'u64'],
  ['no address', addresses(new BigUint64Array(8)), 'default'],
  ['bytes that are zero', rareBytes(new Uint8Array(7)), 'default'],
  ['a last byte that is not', rareBytes(Uint8Array.of(0, 0, 0, 0, 0, 0, 1)), 'u8'],
  ['ids that are zero', rareIds8(new Uint8Array(16)), 'default'],
  ['an id that is not', rareIds16(new Uint8Array(32).fill(1, 17, 18)), 'bytes16'],
])('%s', (_, data, storage) => {
  expect(data.storage).toBe(storage);
});

test('each row has its number, however narrow the column is, and the column goes into a block', () => {
  const any = fc.oneof(
    fc.bigInt({ min: 0n, max: 3n }),
    fc.bigInt({ min: 0n, max: 70_000n }),
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  );
  const lists = fc.oneof(
    ...[3n, 300n, 70_000n, 2n ** 40n].map((max) => fc.array(fc.bigInt({ min: 0n, max }))),
    fc.array(any),
  );
  fc.assert(
    fc.property(lists, (list) => {
      for (const data of [numbers(longs(list)), addresses(longs(list))]) {
        expect(list.map((_, row) => valueOf('map_events', 'count', data, row))).toEqual(list);
        encodeNativeBlock([{ name: 'a', type: 'UInt64' }], list.length, { a: data });
      }
      const low = list.map((value) => Number(BigInt.asUintN(32, value)));
      const data = words(Uint32Array.from(low));
      expect(low.map((_, row) => valueOf('map_events', 'maps', data, row))).toEqual(low);
    }),
    { interruptAfterTimeLimit: 1500 },
  );
});
