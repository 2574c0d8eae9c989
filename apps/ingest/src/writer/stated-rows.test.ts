import { expect, test } from 'vitest';
import { encodeNativeBlock } from '@mapscope/events';
import { statedRows } from './stated-rows.ts';

test.each([0, 1, 127, 128, 70_000])('a block of %i rows says so', (rows) => {
  const columns = { a: { storage: 'u8', values: new Uint8Array(rows) } } as const;
  expect(statedRows(encodeNativeBlock([{ name: 'a', type: 'UInt8' }], rows, columns))).toBe(rows);
});

test.each([
  ['nothing', []],
  ['one number', [7]],
  ['a number without an end', [1, 0x80]],
  ['a number longer than any count', [1, 0xff, 0xff, 0xff, 0xff, 0xff, 1]],
])('%s says no rows', (_name, bytes) => {
  expect(statedRows(Uint8Array.from(bytes))).toBeUndefined();
});
