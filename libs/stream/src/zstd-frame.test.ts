import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { contentSize } from './zstd-frame.ts';

test('a frame of stated size tells it, whatever the width of the number', () => {
  for (const size of [0, 1, 255, 256, 257, 65_791, 65_792, 70_000, 3_000_000]) {
    const frame = zstdCompressSync(Buffer.alloc(size, 7), { pledgedSrcSize: size });
    expect(contentSize(frame), String(size)).toBe(size);
  }
});

test('a frame without it, and what is no frame, tell nothing', () => {
  const streamed = zstdCompressSync(Buffer.alloc(300_000));
  expect(zstdDecompressSync(streamed).length).toBe(300_000);
  expect([undefined, 300_000]).toContain(contentSize(streamed));
  expect(contentSize(Buffer.from('not a zstd frame'))).toBeUndefined();
});

test('any bytes at all give a size or nothing, never an error', () => {
  const bytes = fc.uint8Array({ maxLength: 20 });
  const frames = fc.oneof(
    bytes,
    bytes.map((tail) => Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, ...tail])),
  );
  fc.assert(
    fc.property(frames, (frame) => {
      const size = contentSize(Buffer.from(frame));
      expect(size === undefined || size >= 0).toBe(true);
    }),
    { numRuns: 500 },
  );
});
