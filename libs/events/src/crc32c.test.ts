import * as fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { compileSteps } from './bytes/crc32c-wasm.ts';
import { crc32c } from './crc32c.ts';

const count = (n: number, at: (i: number) => number): Uint8Array => Uint8Array.from({ length: n }, (_, i) => at(i));

/** RFC 3720 B.4 prints the bytes of the CRC in wire order; these are the same as one little-endian number. */
const RFC_3720_B4 = [
  ['32 bytes of zero', count(32, () => 0), 0x8a9136aa],
  ['32 bytes of ones', count(32, () => 0xff), 0x62a8ab43],
  ['32 bytes rising', count(32, (i) => i), 0x46dd794e],
  ['32 bytes falling', count(32, (i) => 31 - i), 0x113fdb5c],
  [
    'an iSCSI read command',
    Uint8Array.from([
      0x01, 0xc0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x14, 0, 0, 0, 0, 0, 0x04, 0, 0, 0, 0, 0x14, 0, 0, 0, 0x18,
      0x28, 0, 0, 0, 0, 0, 0, 0, 0x02, 0, 0, 0, 0, 0, 0, 0,
    ]),
    0xd9963a56,
  ],
] as const;

test.each(RFC_3720_B4)('the checksum of %s is the one RFC 3720 states', (_, bytes, expected) => {
  expect(crc32c(bytes)).toBe(expected);
});

test('the check value of CRC-32C is e3069283 and that of nothing is 0', () => {
  expect(crc32c(Uint8Array.from('123456789', (digit) => digit.charCodeAt(0)))).toBe(0xe3069283);
  expect(crc32c(new Uint8Array(0))).toBe(0);
});

const bitwise = (bytes: Uint8Array): number => {
  let remainder = 0xffffffff;
  for (const byte of bytes) {
    remainder ^= byte;
    for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? 0x82f63b78 : 0);
  }
  return ~remainder >>> 0;
};

test('sixteen bytes a step gives what one bit a step gives, at any length and offset', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat({ max: 9 }), (bytes, skip) => {
      expect(crc32c(bytes.subarray(skip))).toBe(bitwise(bytes.subarray(skip)));
    }),
    { interruptAfterTimeLimit: 2000 },
  );
});

test('as WebAssembly: the same, in pieces of a page and beyond', () => {
  const bytes = Uint8Array.from({ length: 150_000 }, (_, i) => Math.imul(i, 0x9e37_79b1) >>> 13);
  for (const length of [1023, 1024, 1030, 49_152, 49_153, 98_304, 149_999]) {
    expect(crc32c(bytes.subarray(1, 1 + length))).toBe(bitwise(bytes.subarray(1, 1 + length)));
  }
});

test('without WebAssembly: the same', () => {
  const steps = compileSteps(new Int32Array(4096));
  expect(steps?.(-1, new Uint8Array(64))).toBe(0);
  vi.stubGlobal('WebAssembly', undefined);
  expect(compileSteps(new Int32Array(4096))).toBeUndefined();
  vi.unstubAllGlobals();
});
