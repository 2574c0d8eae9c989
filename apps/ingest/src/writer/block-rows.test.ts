import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  BATCH_KINDS,
  type BatchKind,
  type ColumnType,
  MapscopeError,
  decodeBatch,
  decodeNativeBlock,
  encodeBatch,
  encodeNativeBlock,
} from '@mapscope/events';
import { blockRows } from './block-rows.ts';
import { toEntry } from './entry.ts';
import { goodBatches } from './testing/good-batches.ts';
import { mutate } from './testing/mutate.ts';

const KINDS = Object.keys(BATCH_KINDS) as BatchKind[];
const GOOD = goodBatches(1n).map(decodeBatch);
const joined = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));
const entryOf = (value: Uint8Array) =>
  toEntry({ topic: 't', partition: 0, offset: '7', key: 'k', headers: {}, timestampMillis: 0, value });

test('a block of every kind and size says its rows', () => {
  expect(new Set(GOOD.map(({ header }) => header.kind))).toEqual(new Set(KINDS));
  for (const { header, block } of GOOD) expect(blockRows(block)).toBe(header.rows);
  expect(
    blockRows(encodeNativeBlock([{ name: 'a', type: 'String' }], 0, { a: { storage: 'strings', values: [] } })),
  ).toBe(0);
});

test('texts of any length, and columns that travel narrower or as keys, are walked over', () => {
  const columns = {
    a: { storage: 'strings', values: ['', 'x'.repeat(127), 'y'.repeat(128), 'z'.repeat(70_000)] },
    b: { storage: 'u8', values: new Uint8Array(4) },
    c: { storage: 'spread', of: { storage: 'bytes16', values: new Uint8Array(32) }, indexes: new Uint16Array(4) },
  } as const;
  const types: readonly ColumnType[] = ['String', 'UInt64', 'FixedString(16)'];
  const spec = types.map((type, i) => ({ name: 'abc'.charAt(i), type }));
  expect(blockRows(encodeNativeBlock(spec, 4, columns))).toBe(4);
});

test('a second block behind the first is a dead letter, whatever its kind, and however few its rows', () => {
  for (const { header, block } of GOOD) {
    const more = GOOD.filter((each) => each.header.kind === header.kind);
    for (const second of [...more, { block: Uint8Array.of(0, 0) }]) {
      expect(entryOf(encodeBatch(header, joined(block, second.block)))).toMatchObject({
        kind: 'fault',
        reason: { code: 'BATCH_MALFORMED', message: expect.stringContaining('bytes follow the block') },
      });
    }
  }
});

test('a header that states other rows than its block is a dead letter', () => {
  const [{ header, block } = expect.fail()] = GOOD;
  const entry = entryOf(encodeBatch({ ...header, rows: header.rows + 1 }, block));
  expect(entry).toMatchObject({ reason: { code: 'BATCH_MALFORMED', message: expect.stringContaining('its header') } });
});

const bytes = (text: string): readonly number[] => [...Buffer.from(text, 'latin1')];
const column = (type: string, ...data: readonly number[]): Uint8Array =>
  Uint8Array.of(1, 1, 1, 97, type.length, ...bytes(type), ...data);

test.each([
  ['nothing', new Uint8Array(), 'ends within'],
  ['one number', Uint8Array.of(7), 'ends within'],
  ['a count longer than any', Uint8Array.of(1, 0xff, 0xff, 0xff, 0xff, 0xff, 1), 'beyond all bounds'],
  ['rows without a column', Uint8Array.of(0, 3), '3 rows and no column'],
  ['a type nobody knows', column('Nullable(UInt8)', 0, 1), 'update the writer'],
  ['a type that never ends', column('Array('.repeat(15)), 'update the writer'],
  ['a text past the end', column('String', 5, 97), 'within a text'],
  ['an array of 2^60', column('Array(UInt32)', 0, 0, 0, 0, 0, 0, 0, 0x10), 'ends within'],
  [
    'keys that others have',
    column('LowCardinality(String)', 1, ...new Uint8Array(7), 0, 7, ...new Uint8Array(6)),
    'kind 1792',
  ],
])('%s is no block', (_name, block, words) => {
  expect(() => blockRows(block)).toThrow(words);
});

const outcomeOf = (read: () => number): number | 'malformed' => {
  try {
    return read();
  } catch (error) {
    if (error instanceof MapscopeError && error.code === 'BATCH_MALFORMED') return 'malformed';
    throw error;
  }
};

test('what the decoder reads as one block has as many rows here, however it was bent', () => {
  const damaged = fc
    .tuple(
      fc.nat({ max: GOOD.length - 1 }),
      fc.nat({ max: GOOD.length - 1 }),
      fc.infiniteStream(fc.double({ min: 0, max: 0.999_999, noNaN: true })),
    )
    .map(([at, other, chance]) => {
      const [a, b] = [GOOD[at]!, GOOD[other]!];
      const next = (): number => chance.next().value ?? 0;
      return mutate(encodeBatch(a.header, a.block), encodeBatch(b.header, b.block), next);
    });
  fc.assert(
    fc.property(damaged, ({ depth, value }) => {
      fc.pre(depth === 'block');
      const { block } = decodeBatch(value);
      const walked = outcomeOf(() => blockRows(block));
      const decoded = outcomeOf(() => decodeNativeBlock(block).rows);
      if (decoded !== 'malformed') expect(walked).toBe(decoded);
    }),
    { numRuns: 2000, interruptAfterTimeLimit: 1500 },
  );
});
