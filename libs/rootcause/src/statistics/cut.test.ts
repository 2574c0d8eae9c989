import { expect, test } from 'vitest';
import { fnv1a, stableCut } from './cut.ts';

const ids = Array.from({ length: 10_000 }, (_, i) => i.toString(16).padStart(32, '0'));
const hashes = Uint32Array.from(ids, (id) => fnv1a(id));
const every = (from: number, to: number): Uint32Array => Uint32Array.from({ length: to - from }, (_, i) => from + i);

test('keeps exactly the limit, the same ones whatever the order, and leaves small sets alone', () => {
  const kept = stableCut(every(0, 10_000), hashes, 500);
  expect(kept.length).toBe(500);
  expect(Array.from(stableCut(every(0, 10_000).toReversed(), hashes, 500)).sort((a, b) => a - b)).toEqual(
    Array.from(kept),
  );
  expect(stableCut(every(0, 10), hashes, 500).length).toBe(10);
});

test('a request kept of a large set is kept of each subset that holds it', () => {
  const kept = new Set(stableCut(every(0, 10_000), hashes, 500));
  const half = new Set(stableCut(every(0, 5_000), hashes, 500));
  for (const entry of kept) if (entry < 5_000) expect(half.has(entry)).toBe(true);
});

test('ids that differ only in their last digit spread evenly', () => {
  const low = ids.filter((id) => fnv1a(id) < 2 ** 31).length;
  expect(Math.abs(low / ids.length - 0.5)).toBeLessThan(0.02);
});
