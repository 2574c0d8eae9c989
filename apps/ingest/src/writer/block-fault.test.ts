import { expect, test } from 'vitest';
import { TABLES, decodeBatch, encodeNativeBlock, parseAgentId } from '@mapscope/events';
import { makeBatcher } from '../agent/batcher.ts';
import { fillColumns } from '../testing/fill-columns.ts';
import { blockFault } from './block-fault.ts';

const IDENTITY = { agent: parseAgentId('a'.repeat(32)), boot: 1n, service: 's', platform: 'p' };
const [BATCH] = makeBatcher(IDENTITY, 1_000_000).prepare(fillColumns('stacks', 3), { submitted: 0n, lost: 0n });
const GOOD = decodeBatch(BATCH!.value);
const PROOF = {
  agent: { storage: 'dictionary', keys: ['a'], indexes: new Uint32Array(3) },
  batch_seq: { storage: 'u64', values: new BigUint64Array(3) },
} as const;
const ONE = { x: { storage: 'u8', values: Uint8Array.of(1, 2, 3) } } as const;

test('a block as its kind promises has no fault', () => {
  expect(blockFault(GOOD)).toBeUndefined();
});

test.each([
  ['bent bytes', GOOD.block.map((byte) => byte ^ 0x5a), /./],
  ['a cut', GOOD.block.subarray(0, -9), /./],
  ['no columns', encodeNativeBlock([], 0, {}), /0 rows/],
  [
    'a column of another type',
    encodeNativeBlock([{ name: 'ts', type: 'UInt8' }], 3, { ts: ONE.x }),
    /column ts is not of type/,
  ],
  ['other columns', encodeNativeBlock([{ name: 'x', type: 'UInt8' }], 3, ONE), /column ts .* missing/],
])('%s is a fault, and it is named', (_name, block, words) => {
  expect(blockFault({ header: GOOD.header, block })).toMatch(words);
});

test('a block of an older agent, without a column that was appended since, has no fault', () => {
  const without = TABLES.stacks.filter(({ name }) => name !== 'lines');
  const columns = { ...fillColumns('stacks', 3).columns, ...PROOF };
  expect(blockFault({ header: GOOD.header, block: encodeNativeBlock(without, 3, columns) })).toBeUndefined();
});

test('columns that travel narrower than their table have no fault', () => {
  const columns = { ...fillColumns('stacks', 3).columns, ...PROOF };
  const narrow = { stack: ONE.x, batch_seq: { storage: 'spread', of: ONE.x, indexes: new Uint8Array(3) } } as const;
  const block = encodeNativeBlock(TABLES.stacks, 3, { ...columns, ...narrow });
  expect(blockFault({ header: GOOD.header, block })).toBeUndefined();
});

test('columns of a later version are named as such', () => {
  const columns = { ...fillColumns('stacks', 3).columns, ...ONE };
  const block = encodeNativeBlock([...TABLES.stacks, { name: 'x', type: 'UInt8' }], 3, { ...columns, ...PROOF });
  expect(blockFault({ header: GOOD.header, block })).toContain('older than the agent');
});
