import { expect, test } from 'vitest';
import { groupToken, ledgerToken, toBlock } from './block.ts';
import { type BatchEntry, toEntry } from './entry.ts';
import { append, batchesOf, memoryPartition } from './testing/memory-place.ts';

const partition = memoryPartition();
append(partition, [...batchesOf('lock_waits', 3), ...batchesOf('stacks', 2)]);
const entries = partition.messages.map(toEntry).filter((entry): entry is BatchEntry => entry.kind === 'batch');
const PLACE = { topic: 't', partition: 4, first: 0n, last: 4n };

test('one insert a table; the same cut has the same tokens', () => {
  const block = toBlock(PLACE, entries, []);
  expect(block.groups.map(({ kind, entries: { length } }) => [kind, length])).toEqual([
    ['lock_waits', 3],
    ['stacks', 2],
  ]);
  const again = toBlock(PLACE, entries, []);
  expect(again.groups.map((group) => groupToken(again, group))).toEqual(
    block.groups.map((group) => groupToken(block, group)),
  );
  expect(ledgerToken(again)).toBe(ledgerToken(block));
});

test.each([
  ['another topic', { ...PLACE, topic: 'u' }, entries],
  ['another partition', { ...PLACE, partition: 5 }, entries],
  ['another beginning', { ...PLACE, first: 1n }, entries],
  ['another end', { ...PLACE, last: 5n }, entries],
  ['one batch less of each kind', PLACE, entries.slice(1, -1)],
])('%s is another token, in the tables and in the ledger', (_name, place, kept) => {
  const [block, other] = [toBlock(PLACE, entries, []), toBlock(place, kept, [])];
  for (const [index, group] of block.groups.entries()) {
    expect(groupToken(other, other.groups[index]!)).not.toBe(groupToken(block, group));
  }
  expect(ledgerToken(other)).not.toBe(ledgerToken(block));
});
