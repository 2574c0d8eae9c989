import { expect, test } from 'vitest';
import { orderOf } from './order.ts';
import { seededRng } from './rng.ts';

const sorted = (keys: Float64Array): readonly number[] =>
  Array.from(keys, (_, i) => i).sort((a, b) => keys[a]! - keys[b]! || a - b);

test.each<[string, number, (rng: () => number) => number]>([
  ['few', 100, (rng) => rng() * 1e9],
  ['many', 20_000, (rng) => Math.floor(rng() * 2 ** 47)],
  ['with ties', 5000, (rng) => Math.floor(rng() * 10)],
  ['below zero', 5000, (rng) => Math.floor(rng() * 1e9) - 5e8],
  ['one value', 3000, () => 7],
])('%s: positions by key, ties in their first order', (_, n, key) => {
  const rng = seededRng(3);
  const keys = Float64Array.from({ length: n }, () => key(rng));
  expect(Array.from(orderOf(keys))).toEqual(sorted(keys));
});

test('a key that is no number does not disturb the others', () => {
  const keys = Float64Array.from({ length: 3000 }, (_, i) => (i === 5 ? Number.NEGATIVE_INFINITY : 3000 - i));
  expect(orderOf(keys)[0]).toBe(5);
});
