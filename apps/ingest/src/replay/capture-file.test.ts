import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { MapscopeError, crc32c } from '@mapscope/events';
import {
  type Capture,
  type CaptureFrame,
  ZSTD_PARAMS,
  encodeEnd,
  encodeFrame,
  encodeOpening,
  readCapture,
} from './capture-file.ts';
import type { CaptureHeader } from './capture-header.ts';

const HEADER: CaptureHeader = {
  recordedAt: '2026-11-20T08:00:00.000Z',
  kernel: '6.18.1',
  goVersion: 'go1.24.4',
  buildId: 'abc/def',
  platform: 'arch=amd64',
  service: 'order',
  agent: '000102030405060708090a0b0c0d0e0f',
};
const FRAMES: readonly CaptureFrame[] = [
  { publishedUnixNanos: 5n, value: Uint8Array.of(1, 2, 3) },
  { publishedUnixNanos: 9n, value: Uint8Array.of(4) },
];

const join = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
const pack = (parts: readonly Uint8Array[], header: unknown = HEADER): Uint8Array =>
  join([encodeOpening(header as CaptureHeader), zstdCompressSync(join(parts), { params: ZSTD_PARAMS })]);
const write = ({ header, frames }: Capture): Uint8Array =>
  pack([...frames.map(encodeFrame), encodeEnd(frames.length)], header);

function readOrProblem(file: Uint8Array): unknown {
  try {
    return readCapture(file);
  } catch (error) {
    return error;
  }
}

const anyFrame = fc.record({
  publishedUnixNanos: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  value: fc.uint8Array({ minLength: 1, maxLength: 200 }),
});
const anyHeader = fc.record({
  ...Object.fromEntries(Object.keys(HEADER).map((name) => [name, fc.string({ unit: 'grapheme', maxLength: 40 })])),
  recordedAt: fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
}) as unknown as fc.Arbitrary<CaptureHeader>;
const anyCapture: fc.Arbitrary<Capture> = fc.record({
  header: anyHeader,
  frames: fc.array(anyFrame, { maxLength: 8 }),
});

test('what is written is read back', () => {
  fc.assert(
    fc.property(anyCapture, (capture) => {
      expect(readCapture(write(capture))).toEqual(capture);
    }),
    { numRuns: 200, interruptAfterTimeLimit: 5000 },
  );
});

test('the bytes stay where the drawing puts them', () => {
  const file = write({ header: HEADER, frames: FRAMES });
  const json = `${JSON.stringify(HEADER)}\n`;
  const view = new DataView(file.buffer);
  expect(Buffer.from(file.subarray(0, 4)).toString()).toBe('MSCP');
  expect([view.getUint16(4, true), view.getUint16(6, true), view.getUint32(8, true)]).toEqual([1, 0, json.length]);
  expect(Buffer.from(file.subarray(16, 16 + json.length)).toString()).toBe(json);
  const frames = zstdDecompressSync(file.subarray(16 + json.length));
  expect(frames.subarray(0, 4).toString('hex')).toBe('03000000');
  expect(frames.readUInt32LE(4)).toBe(crc32c(frames.subarray(8, 19)));
  expect(frames.subarray(8, 19).toString('hex')).toBe('0500000000000000010203');
  expect(frames.subarray(36).toString('hex').slice(0, 8)).toBe('00000000');
  expect(frames.readBigUInt64LE(36 + 8)).toBe(2n);
});

const whole = write({ header: HEADER, frames: FRAMES });
const change = (at: number, by: number): Uint8Array => whole.map((byte, i) => (i === at ? byte ^ by : byte));

const DAMAGED: readonly [string, Uint8Array, string][] = [
  ['no bytes', new Uint8Array(), 'byte 0 of the capture: the file ends within its opening'],
  ['a foreign file', new Uint8Array(100), 'byte 0 of the capture: it does not start with "MSCP"'],
  ['a later major version', change(4, 2), 'byte 4 of the capture: major version 3 of the format, this reader knows 1'],
  ['a header of gigabytes', change(11, 0x7f), 'byte 8 of the capture: a header of'],
  ['a file cut in its header', whole.subarray(0, 40), 'byte 40 of the capture: the file ends within its header'],
  ['a flipped bit in the header', change(20, 1), 'byte 16 of the capture: the header is damaged'],
  ['a header that lacks a field', pack([encodeEnd(0)], { ...HEADER, kernel: 6 }), 'the header lacks fields'],
  ['a header without a time', pack([encodeEnd(0)], { ...HEADER, recordedAt: 'today' }), 'the header lacks fields'],
  ['frames that are not zstd', join([encodeOpening(HEADER), new Uint8Array(64).fill(7)]), 'does not unpack'],
  ['no end', pack(FRAMES.map(encodeFrame)), "byte 36 of the capture's unpacked frames: the recording was cut here"],
  [
    'a batch cut short',
    pack([encodeFrame(FRAMES[0]!).subarray(0, 18)]),
    "byte 0 of the capture's unpacked frames: a batch of 3 bytes was cut",
  ],
  ['a missing batch', pack([encodeFrame(FRAMES[0]!), encodeEnd(2)]), 'the end states 2 batches, 1 came before it'],
  ['bytes behind the end', pack([encodeEnd(0), Uint8Array.of(1)]), '1 bytes follow the end'],
  ['a damaged batch', pack([encodeFrame(FRAMES[0]!).fill(9, 17, 18), encodeEnd(1)]), 'frames: a batch is damaged'],
];

test.each(DAMAGED)('%s is BATCH_MALFORMED with its offset and how to mend it', (_, file, message) => {
  const problem = readOrProblem(file);
  expect(problem).toMatchObject({
    code: 'BATCH_MALFORMED',
    message: expect.stringContaining(message) as string,
    facts: { offset: expect.any(Number) as number },
  });
  expect(String(problem)).toContain('record a new one (infra/replay/README.md)');
});

test('a file cut anywhere, or with any one byte changed, is told or reads the same, and breaks nothing', () => {
  const cut = fc.tuple(anyCapture, fc.nat()).map(([capture, at]) => {
    const file = write(capture);
    return { capture, file: file.subarray(0, at % file.length) };
  });
  const changed = fc.tuple(anyCapture, fc.nat(), fc.integer({ min: 1, max: 255 })).map(([capture, at, by]) => {
    const file = write(capture);
    file[at % file.length]! ^= by;
    return { capture, file };
  });
  fc.assert(
    fc.property(fc.oneof(cut, changed), ({ capture, file }) => {
      const result = readOrProblem(file);
      if (result instanceof MapscopeError) expect(result.code).toBe('BATCH_MALFORMED');
      else expect(result).toEqual(capture);
    }),
    { numRuns: 1000, interruptAfterTimeLimit: 8000 },
  );
});

test('a stream that unpacks to more than a recording may hold is refused', () => {
  const bomb = zstdCompressSync(new Uint8Array(257 * 1024 * 1024), {
    params: { [constants.ZSTD_c_compressionLevel]: 1 },
  });
  expect(bomb.length).toBeLessThan(100_000);
  expect(readOrProblem(join([encodeOpening(HEADER), bomb]))).toMatchObject({ code: 'BATCH_MALFORMED' });
});
