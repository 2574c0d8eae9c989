import { expect, test } from 'vitest';
import { batchToken, decodeBatch, decodeNativeBlock } from '@mapscope/events';
import { lastWord } from './last-word.ts';
import { plantedRecord } from '../../testing/planted-record.ts';

const RECORD = plantedRecord({ readUnixNanos: 1_000n });
const [word] = lastWord(RECORD, 1_500n);
const { header, block } = decodeBatch(word?.value ?? new Uint8Array());
const columns = Object.fromEntries(decodeNativeBlock(block).columns.map(({ name, data }) => [name, data]));

test('the last word stands on the identity of the agent that died, with its counts as of its last reading', () => {
  expect(header).toMatchObject({ ...RECORD.identity, kind: 'agent_status', firstUnixNanos: 1_000n });
  expect(columns['state']).toMatchObject({ keys: ['died'] });
  expect(columns['ts']).toMatchObject({ values: BigInt64Array.of(1_000n, 1_000n) });
  expect(columns['gap_end']).toMatchObject({ values: BigInt64Array.of(1_500n, 1_500n) });
  expect(columns['ring_submitted']).toMatchObject({ values: BigUint64Array.of(50n, 0n) });
  expect(columns['published_rows']).toMatchObject({ values: BigUint64Array.of(30n, 0n) });
  expect(columns['final']).toMatchObject({ values: Uint8Array.of(1, 1) });
});

test('it is no duplicate of anything the agent sent itself, and one row however often it is said', () => {
  expect(batchToken(header)).not.toBe(batchToken({ ...header, family: 'agent_status' }));
  const [again] = lastWord(RECORD, 9_999n);
  expect(batchToken(decodeBatch(again?.value ?? new Uint8Array()).header)).toBe(batchToken(header));
});
