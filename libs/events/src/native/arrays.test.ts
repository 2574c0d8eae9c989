import { expect, test } from 'vitest';
import type { ColumnData, ColumnType } from '../tables/column.ts';
import { encodeNativeBlock } from './native-block.ts';

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
const ascii = (text: string): string => hex(Uint8Array.from(text, (c) => c.charCodeAt(0)));
const u64 = (value: number): string => hex(new Uint8Array(new BigUint64Array([BigInt(value)]).buffer));

const BYTES: [ColumnType, ColumnData & { values: { length: number } }, string][] = [
  ["Array(DateTime64(9, 'UTC'))", { storage: 'i64Arrays', values: [[], [7n]] }, `${u64(0)}${u64(1)}${u64(7)}`],
  [
    'Map(String, String)',
    {
      storage: 'maps',
      values: [
        { keys: ['k', 'l'], values: ['v', ''] },
        { keys: [], values: [] },
      ],
    },
    `${u64(2)}${u64(2)}01${ascii('k')}01${ascii('l')}01${ascii('v')}00`,
  ],
  [
    'Array(Map(String, String))',
    {
      storage: 'mapArrays',
      values: [
        [
          { keys: ['k'], values: ['v'] },
          { keys: [], values: [] },
        ],
      ],
    },
    `${u64(2)}${u64(1)}${u64(1)}01${ascii('k')}01${ascii('v')}`,
  ],
];

test.each(BYTES)('%s is written as the bytes ClickHouse expects', (type, data, expected) => {
  const rows = data.values.length;
  const head = `010${rows}0161${type.length.toString(16).padStart(2, '0')}${ascii(type)}`;
  expect(hex(encodeNativeBlock([{ name: 'a', type }], rows, { a: data }))).toBe(head + expected);
});

test('a map with a key too many is refused, not written askew', () => {
  const data: ColumnData = { storage: 'maps', values: [{ keys: ['k', 'l'], values: ['v'] }] };
  expect(() => encodeNativeBlock([{ name: 'a', type: 'Map(String, String)' }], 1, { a: data })).toThrow('2 keys');
});
