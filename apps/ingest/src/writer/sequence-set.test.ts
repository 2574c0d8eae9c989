import { array, assert, nat, property } from 'fast-check';
import { expect, test } from 'vitest';
import { SequenceSet } from './sequence-set.ts';

test('it holds exactly what was put in, in any order, also twice', () => {
  assert(
    property(array(nat(60)), (sequences) => {
      const set = new SequenceSet(0n, []);
      for (const n of sequences) set.add(BigInt(n));
      const wanted = new Set(sequences);
      for (let n = 0; n <= 61; n++) expect(set.has(BigInt(n))).toBe(wanted.has(n));
    }),
    { numRuns: 300 },
  );
});

test('a stream without holes is one range', () => {
  const set = new SequenceSet(0n, [{ first: 0n, last: 41n }]);
  for (let n = 42n; n < 10_000n; n++) set.add(n);
  expect(set.size).toBe(1);
});

test('what is forgotten is below `from`, what stays is exact', () => {
  const set = new SequenceSet(0n, []);
  for (let n = 0n; n < 100n; n += 2n) set.add(n);
  set.trim(10);
  expect(set.size).toBe(10);
  expect(set.from).toBe(80n);
  expect([set.has(80n), set.has(81n), set.has(98n)]).toEqual([true, false, true]);
});
