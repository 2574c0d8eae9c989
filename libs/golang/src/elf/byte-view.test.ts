import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { byteView } from './byte-view.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';

const view = byteView(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 0, 0x41));

test('numbers are little-endian', () => {
  expect([view.u8(0), view.u16(0), view.u32(0), view.u64(0)]).toEqual([1, 0x0201, 0x04030201, 0x07060504030201]);
});

test.each([
  ['behind the end', () => view.u32(6)],
  ['before the start', () => view.u8(-1)],
  ['nowhere', () => view.u16(Number.NaN)],
  ['a slice of negative length', () => view.slice(2, -1)],
  ['a slice beyond the end', () => view.slice(2, 2 ** 40)],
  ['a name that does not end', () => view.cstring(8)],
  ['a number above 2^53', () => byteView(new Uint8Array(8).fill(0xff)).u64(0)],
])('reading %s is BINARY_MALFORMED with the place', (_, read) => {
  expect(read).toThrow(
    expect.objectContaining({ code: 'BINARY_MALFORMED', facts: expect.objectContaining({ what: expect.any(String) }) }),
  );
});

test('a view into a larger buffer reads its own bytes', () => {
  expect(byteView(Uint8Array.of(9, 9, 1, 0).subarray(2)).u16(0)).toBe(1);
});

test('text survives UTF-8 there and back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 50 }), (text) => {
      fc.pre(!/[\ud800-\udfff]/u.test(text));
      expect(decodeUtf8(encodeUtf8(text))).toBe(text);
    }),
  );
});

test.each([
  [[0x61, 0xff, 0x62], 'a\ufffdb'],
  [[0xc3], '\ufffd'],
  [[0xc0, 0x80], '\ufffd\ufffd'],
  [[0xed, 0xa0, 0x80], '\ufffd\ufffd\ufffd'],
  [[0xf0, 0x9f, 0x92, 0xa1], '💡'],
])('damaged UTF-8 %j reads as %j', (bytes, text) => {
  expect(decodeUtf8(Uint8Array.from(bytes))).toBe(text);
});
