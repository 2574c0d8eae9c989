import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { crc32c } from '../crc32c.ts';
import { MapscopeError } from '../errors.ts';
import { parseAgentId } from '../ids.ts';
import { BATCH_KINDS } from '../tables/tables.ts';
import type { BatchKind } from '../tables/tables.ts';
import { batchToken, decodeBatch, encodeBatch } from './batch.ts';
import type { BatchHeader } from './batch.ts';

const AGENT = parseAgentId('000102030405060708090a0b0c0d0e0f');
const HEADER: BatchHeader = {
  kind: 'lock_waits',
  agent: AGENT,
  boot: 1_795_000_000_000_000_000n,
  family: 'lock',
  sequence: 7n,
  service: 'checkout',
  platform: 'arch=amd64;cpu=AuthenticAMD;level=x86-64-v3;go=1.24.4;kernel=6.18',
  rows: 3,
  firstUnixNanos: 1_795_000_000_000_000_001n,
  lastUnixNanos: 1_795_000_000_000_000_009n,
  ringSubmitted: 10n,
  ringLost: 0n,
};
const BLOCK = Uint8Array.of(1, 3, 1, 97);
/** 88 fixed bytes, three texts with their lengths, the checksum. */
const HEADER_BYTES = 88 + 3 * 2 + HEADER.family.length + HEADER.service.length + HEADER.platform.length + 4;

const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const i64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const text = fc.string({ unit: 'binary', maxLength: 60 });
const anyHeader: fc.Arbitrary<BatchHeader> = fc.record({
  kind: fc.constantFrom(...(Object.keys(BATCH_KINDS) as BatchKind[])),
  agent: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((b) => parseAgentId(hex(b))),
  boot: u64,
  family: text,
  sequence: u64,
  service: text,
  platform: text,
  rows: fc.nat({ max: 2 ** 32 - 1 }),
  firstUnixNanos: i64,
  lastUnixNanos: i64,
  ringSubmitted: u64,
  ringLost: u64,
});
const anyBytes = fc.uint8Array({ maxLength: 400 });

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Changes bytes and, unless told otherwise, makes the header's checksum right again: a liar, not an accident. */
const damaged = (change: (value: Uint8Array, view: DataView) => void, { resign = true } = {}): Uint8Array => {
  const value = encodeBatch(HEADER, BLOCK);
  const view = new DataView(value.buffer);
  change(value, view);
  if (resign) view.setUint32(HEADER_BYTES - 4, crc32c(value.subarray(0, HEADER_BYTES - 4)), true);
  return value;
};

const DAMAGED: readonly [string, Uint8Array, string][] = [
  ['no bytes', new Uint8Array(0), '0 bytes are no batch'],
  ['a foreign value', new Uint8Array(200), 'does not start with "MSCB"'],
  [
    'a later major version',
    damaged((value) => value.fill(9, 4, 5)),
    'major version 9 of the batch format, this reader knows 1: update',
  ],
  [
    'a header longer than the value',
    damaged((_, view) => view.setUint32(8, 0xffff_ffff, true)),
    'the header states 4294967295 bytes',
  ],
  ['a header too short for its fields', damaged((_, view) => view.setUint32(8, 4, true)), 'the header states 4 bytes'],
  [
    'a flipped bit in the header',
    damaged((value) => value.fill(0xff, 40, 41), { resign: false }),
    'the header has CRC-32C',
  ],
  ['a flipped bit in the block', damaged((value) => value.fill(0xff, -1)), 'the block has CRC-32C'],
  [
    'an unknown kind',
    damaged((_, view) => view.setUint16(6, 99, true)),
    'batch kind 99 is unknown (known: 1 http_requests,',
  ],
  ['a block cut short', encodeBatch(HEADER, BLOCK).subarray(0, -1), 'the block should be 4 bytes and is 3'],
  ['bytes behind the block', Uint8Array.of(...encodeBatch(HEADER, BLOCK), 0), 'the block should be 4 bytes and is 5'],
  [
    'a block length of 4 GiB',
    damaged((_, view) => view.setUint32(80, 0xffff_ffff, true)),
    'the block should be 4294967295 bytes',
  ],
  [
    'a family that reaches past the header',
    damaged((_, view) => view.setUint16(88, 0xffff, true)),
    'family reaches past the header',
  ],
  ['a service that is not UTF-8', damaged((value) => value.fill(0xff, 96, 97)), 'service is not UTF-8'],
];

test.each(DAMAGED)('%s is BATCH_MALFORMED and says so', (_, value, message) => {
  const result = decodeOrProblem(value);
  expect(result).toMatchObject({ code: 'BATCH_MALFORMED', message: expect.stringContaining(message) as string });
});

function decodeOrProblem(value: Uint8Array): unknown {
  try {
    return decodeBatch(value);
  } catch (error) {
    return error;
  }
}

test('what is encoded decodes to the same header and block', () => {
  fc.assert(
    fc.property(anyHeader, anyBytes, (header, block) => {
      expect(decodeBatch(encodeBatch(header, block))).toEqual({ header, block });
    }),
    { numRuns: 500, interruptAfterTimeLimit: 5000 },
  );
});

test('the bytes of the fixed header stay where the drawing puts them', () => {
  const value = encodeBatch(HEADER, BLOCK);
  expect(hex(value.subarray(0, 16))).toBe(
    `4d534342 01 00 0200 ${HEADER_BYTES.toString(16)}000000 03000000`.replaceAll(' ', ''),
  );
  expect(hex(value.subarray(16, 32))).toBe(AGENT);
  expect(hex(value.subarray(40, 48))).toBe('0700000000000000');
  expect(hex(value.subarray(88, 94))).toBe('04006c6f636b');
  expect(hex(value.subarray(HEADER_BYTES))).toBe(hex(BLOCK));
});

test('an older reader skips fields that a later minor version appended', () => {
  const value = encodeBatch(HEADER, BLOCK);
  const fields = [...value.subarray(0, HEADER_BYTES - 4), 1, 2, 3, 4, 5];
  const later = Uint8Array.of(...fields, 0, 0, 0, 0, ...BLOCK);
  const view = new DataView(later.buffer);
  view.setUint8(5, 1);
  view.setUint32(8, fields.length + 4, true);
  view.setUint32(fields.length, crc32c(later.subarray(0, fields.length)), true);
  expect(decodeBatch(later)).toEqual({ header: HEADER, block: BLOCK });
});

test('random bytes, and batches with any one byte changed, never decode and never break anything', () => {
  const changed = fc
    .tuple(anyHeader, anyBytes, fc.nat(), fc.integer({ min: 1, max: 255 }))
    .map(([header, block, at, by]) => {
      const value = encodeBatch(header, block);
      value[at % value.length]! ^= by;
      return value;
    });
  fc.assert(
    fc.property(fc.oneof(anyBytes, changed), (value) => {
      const result = decodeOrProblem(value);
      expect(result).toBeInstanceOf(MapscopeError);
      expect(result).toMatchObject({ code: 'BATCH_MALFORMED' });
    }),
    { numRuns: 2000, interruptAfterTimeLimit: 5000 },
  );
});

const UNENCODABLE: readonly [string, Partial<BatchHeader>][] = [
  ['rows', { rows: -1 }],
  ['rows', { rows: 1.5 }],
  ['sequence', { sequence: -1n }],
  ['ringLost', { ringLost: 2n ** 64n }],
  ['firstUnixNanos', { firstUnixNanos: 2n ** 63n }],
  ['service', { service: 'x'.repeat(65_536) }],
];

test.each(UNENCODABLE)('a %s that does not fit is refused, not wrapped', (field, change) => {
  expect(() => encodeBatch({ ...HEADER, ...change }, BLOCK)).toThrow(field);
});

test('a batch decodes from the middle of a larger buffer', () => {
  const value = encodeBatch(HEADER, BLOCK);
  const larger = Uint8Array.of(1, 2, 3, ...value, 4);
  expect(decodeBatch(larger.subarray(3, -1))).toEqual({ header: HEADER, block: BLOCK });
});

test('the token names agent, boot, family and sequence, so that a resend has the same one', () => {
  expect(batchToken(HEADER)).toBe(`${AGENT}-1795000000000000000-lock-7`);
});
