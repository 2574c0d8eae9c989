import { expect, test } from 'vitest';
import type { Entry } from './entry.ts';
import { toEntry } from './entry.ts';
import { MAX_SPAN } from './intent.ts';
import { Pending, waitMillis } from './pending.ts';
import { append, batchesOf, memoryPartition } from './testing/memory-place.ts';

function entriesOf(...values: readonly (Uint8Array | null)[]): readonly Entry[] {
  const partition = memoryPartition();
  append(partition, values);
  return partition.messages.map(toEntry);
}

test.each([
  [
    'three times the rows of one table, not of all',
    { rows: 9, bytes: 1e9 },
    [...batchesOf('stacks', 2), ...batchesOf('lock_waits', 12)],
    11,
  ],
  ['bytes', { rows: 1e9, bytes: 1_000 }, Array.from({ length: 9 }, () => new Uint8Array(300)), 4],
  [
    'as many messages as an intent can tell',
    { rows: 1e9, bytes: 1e9 },
    Array.from({ length: 5_000 }, () => null),
    MAX_SPAN,
  ],
])('a block is full by %s; what is behind it waits', (_name, bounds, values, expected) => {
  const pending = new Pending({ ...bounds, millis: 1 });
  for (const entry of entriesOf(...values)) pending.add([entry]);
  expect(pending.isFull).toBe(true);
  expect(pending.next()).toHaveLength(expected);
  pending.drop(BigInt(expected - 1));
  expect(pending.entries).toHaveLength(values.length - expected);
  expect(pending.entries[0]?.offset).toBe(BigInt(expected));
});

test('with its rows it need not wait for more, and takes what has come meanwhile', () => {
  const pending = new Pending({ rows: 9, bytes: 1e9, millis: 1 });
  const entries = entriesOf(...batchesOf('lock_waits', 5));
  pending.add(entries.slice(0, 2));
  expect(pending.isFull).toBe(false);
  pending.add(entries.slice(2, 3));
  expect(pending.isFull).toBe(true);
  pending.add(entries.slice(3));
  expect(pending.next()).toHaveLength(5);
});

test('what is not full is all there is, and its size is known', () => {
  const pending = new Pending({ rows: 100, bytes: 1e6, millis: 1 });
  const entries = entriesOf(...batchesOf('stacks', 2));
  pending.add(entries);
  expect(pending.isFull).toBe(false);
  expect(pending.next()).toEqual(entries);
  expect(pending.drop(1n)).toBe(entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
  expect(pending.sizeBytes).toBe(0);
});

test('what is late already waits longer for a larger block; what is fresh does not', () => {
  const bounds = { rows: 1, bytes: 1, millis: 500, lateMillis: 3_000 };
  expect(waitMillis(bounds, 1_000_000, 1_001_999)).toBe(500);
  expect(waitMillis(bounds, 1_000_000, 1_002_001)).toBe(3_000);
  expect(waitMillis(bounds, undefined, 1_002_001)).toBe(500);
  expect(waitMillis({ rows: 1, bytes: 1, millis: 500 }, 0, 1_002_001)).toBe(500);
});
