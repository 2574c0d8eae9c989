import { expect, test } from 'vitest';
import { type BatchHeader, decodeBatch } from '@mapscope/events';
import { makeSeenBatches } from './seen-batches.ts';
import { batchesOf } from './testing/memory-place.ts';

const headers: readonly BatchHeader[] = batchesOf('lock_waits', 700).map((value) => decodeBatch(value).header);
const at = (i: number): BatchHeader => headers[i]!;

/** Knows even sequences below 100. */
function ledger() {
  const asked: bigint[] = [];
  const evens = Array.from({ length: 50 }, (_, i) => BigInt(2 * i));
  const stored = async (_stream: unknown, from: bigint) => {
    asked.push(from);
    return evens.filter((n) => n >= from).map((n) => ({ first: n, last: n }));
  };
  return { asked, stored };
}

test('the ledger is asked once a stream, and again only for what is older', async () => {
  const { asked, stored } = ledger();
  const seen = makeSeenBatches(stored);
  await seen.learn([at(40), at(41)]);
  await seen.learn([at(50), at(99)]);
  expect([40, 41, 98, 99].map((i) => seen.has(at(i)))).toEqual([true, false, true, false]);
  await seen.learn([at(7), at(60)]);
  expect([6, 7, 8].map((i) => i >= 7 && seen.has(at(i)))).toEqual([false, false, true]);
  expect(asked).toEqual([40n, 7n]);
});

test('streams are apart: another boot, family or kind begins anew', async () => {
  const { asked, stored } = ledger();
  const seen = makeSeenBatches(stored);
  const others = [
    { ...at(4), boot: 1n },
    { ...at(4), family: 'last-word' },
    { ...at(4), kind: 'stacks' as const },
  ];
  await seen.learn([at(4), ...others]);
  seen.add(at(5));
  expect(asked).toHaveLength(4);
  expect(others.map((header) => seen.has({ ...header, sequence: 5n }))).toEqual([false, false, false]);
});

test('what was forgotten at the bound is asked for again, and is still known', async () => {
  const { asked, stored } = ledger();
  const seen = makeSeenBatches(stored);
  await seen.learn([at(0)]);
  for (let i = 1; i < 700; i += 2) seen.add(at(i));
  seen.trim();
  await seen.learn([at(698)]);
  expect(asked).toEqual([0n]);
  await seen.learn([at(10), at(11)]);
  expect(asked).toEqual([0n, 10n]);
  expect(seen.has(at(10))).toBe(true);
});
