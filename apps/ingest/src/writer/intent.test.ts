import { expect, test } from 'vitest';
import { type Block, toBlock } from './block.ts';
import { type BatchEntry, type Entry, toEntry } from './entry.ts';
import { MAX_SPAN, encodeIntent, fitsIntent, parseIntent, reopenBlock } from './intent.ts';
import { append, batchesOf, memoryPartition } from './testing/memory-place.ts';

function entriesOf(...values: readonly (Uint8Array | null)[]): readonly Entry[] {
  const partition = memoryPartition();
  append(partition, values);
  return partition.messages.map(toEntry);
}
const isBatch = (entry: Entry): entry is BatchEntry => entry.kind === 'batch';
const PLACE = { topic: 't', partition: 4, first: 0n, last: 0n };

function blockOf(entries: readonly Entry[], skipped: readonly number[]): Block {
  const offsets = skipped.map(BigInt);
  const kept = entries.filter(isBatch).filter(({ offset }) => !offsets.includes(offset));
  return toBlock({ ...PLACE, last: BigInt(entries.length - 1) }, kept, offsets);
}

const MIXED = entriesOf(...batchesOf('lock_waits', 3), null, ...batchesOf('stacks', 2), ...batchesOf('lock_waits', 3));

test.each([
  ['nothing left out', entriesOf(...batchesOf('lock_waits', 20)), []],
  ['dead letters and what was seen left out', MIXED, [3, 6, 7, 8]],
  ['all left out', MIXED, [0, 1, 2, 3, 4, 5, 6, 7, 8]],
])('a block with %s is found again as it was cut, also among later messages', (_name, entries, skipped) => {
  const block = blockOf(entries, skipped);
  const intent = parseIntent(encodeIntent(block), 0n);
  expect(intent).toBeDefined();
  const later = entriesOf(...batchesOf('gc_events', 40)).slice(entries.length);
  expect(reopenBlock({ ...PLACE, last: block.last }, intent!, [...entries, ...later])).toEqual(block);
});

test('a table whose batches go in by two inserts is found again so', () => {
  const whole = blockOf(entriesOf(...batchesOf('lock_waits', 9)), []);
  const [group] = whole.groups;
  const split = [group!.entries.slice(0, 5), group!.entries.slice(5)].map((entries) => ({ ...group!, entries }));
  const block = { ...whole, groups: split };
  expect(reopenBlock(whole, parseIntent(encodeIntent(block), 0n)!, group!.entries)).toEqual(block);
});

test.each([
  ['one is missing', (entries: readonly Entry[]) => entries.slice(1)],
  [
    'another one is there',
    (entries: readonly Entry[]) => [...entries.slice(0, 2), ...entriesOf(...batchesOf('stacks', 3)).slice(2)],
  ],
  ['one is no batch', (entries: readonly Entry[]) => [...entries.slice(0, 2), ...entriesOf(null, null, null).slice(2)]],
  ['two changed places', (entries: readonly Entry[]) => [entries[1]!, entries[0]!, entries[2]!]],
])('messages of which %s are not the block', (_name, change) => {
  const entries = entriesOf(...batchesOf('lock_waits', 3));
  const intent = parseIntent(encodeIntent(blockOf(entries, [])), 0n);
  expect(reopenBlock({ ...PLACE, last: 2n }, intent!, change(entries))).toBeUndefined();
});

test.each(['', 'done', '{"v":1', '{"v":1,"last":"x"}', 'event-id-3'])('%j is no intent', (note) => {
  expect(parseIntent(note, 0n)).toBeUndefined();
});

test('the largest block fits into what a broker keeps, whatever is left out', () => {
  const first = 9_223_372_036_854_000_000n;
  const skipped = Array.from({ length: MAX_SPAN }, (_, i) => first + BigInt(i)).filter((_, i) => i % 2 === 1);
  const block = { ...PLACE, first, last: first + BigInt(MAX_SPAN - 1), groups: [], skipped };
  expect(fitsIntent(block)).toBe(true);
  expect(parseIntent(encodeIntent(block), first)?.skipped).toEqual(skipped);
});
