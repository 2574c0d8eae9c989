import { expect, test } from 'vitest';
import { choosePartition } from './partition.ts';

test.each([
  ['', 0x811c9dc5],
  ['a', 0xe40c292c],
  ['foobar', 0xbf9cf968],
])('hashes %j as the FNV-1a reference does', (key, hash) => {
  expect(choosePartition(key, 2 ** 32)).toBe(hash);
});

test('keeps a key on its partition and spreads keys over all of them', () => {
  const keys = Array.from({ length: 400 }, (_, i) => `agent-${i}/lock_waits`);
  const chosen = keys.map((key) => choosePartition(key, 8));
  expect(keys.map((key) => choosePartition(key, 8))).toEqual(chosen);
  expect(new Set(chosen)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7]));
});
