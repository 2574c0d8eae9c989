import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLentMemory, OWN_MEMORY } from './column-memory.ts';
import type { ColumnMemory } from './column-memory.ts';
import { addresses, numbers, words } from './narrow.ts';
import { spreadBy, spreadLongs } from './spread-ids.ts';
import { toUnixNanos } from './unix-time.ts';

const EDGES = [0n, 1n, 0xffn, 0x100n, 0xffffn, 0x1_0000n, 0xffff_ffffn, 0x1_0000_0000n, 2n ** 63n, 2n ** 64n - 1n];
const long = fc.oneof(fc.constantFrom(...EDGES), fc.bigInt(0n, 500n), fc.bigInt(0n, 2n ** 64n - 1n));
const small = fc.oneof(fc.constantFrom(0n), fc.bigInt(0n, 300n));
const longs = fc
  .oneof(fc.array(long, { maxLength: 400 }), fc.array(small, { maxLength: 400 }))
  .map((all) => BigUint64Array.from(all));
const ids = fc
  .array(fc.oneof(fc.integer({ min: -3, max: 20 }), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })), {
    maxLength: 400,
  })
  .map((all) => Int32Array.from(all));

/** What each of them says, with memory of WebAssembly and with memory that it does not see. */
function told(memory: ColumnMemory, values: BigUint64Array, stackIds: Int32Array, offset: bigint) {
  const spreads = [spreadBy(stackIds, (id) => id, memory), spreadLongs(values, (value) => value, memory)];
  return {
    numbers: numbers(values, memory),
    words: words(Uint32Array.from(stackIds), memory),
    addresses: addresses(values, memory),
    unix: toUnixNanos(values, offset, memory),
    spreads: spreads.map(({ values: all, places, indexes }) => ({ all, places, indexes: indexes() })),
  };
}

describe('loops over columns in WebAssembly', () => {
  it('say what those in TypeScript say, batch after batch in the same memory', () => {
    const memory = createLentMemory();
    fc.assert(
      fc.property(longs, ids, fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), (values, stackIds, offset) => {
        memory.reset();
        expect(told(memory, values, stackIds, offset)).toEqual(told(OWN_MEMORY, values, stackIds, offset));
      }),
      { interruptAfterTimeLimit: 2000, markInterruptAsFailure: false },
    );
  });

  it.each([
    { name: 'all different', distinct: 30_000 },
    { name: 'more than fit the cache', distinct: 3000 },
    { name: 'few', distinct: 60 },
  ])('30 000 rows, $name; also where the memory is too small, and when it has grown', ({ distinct }) => {
    const values = BigUint64Array.from({ length: 30_000 }, (_, row) => BigInt((row * 7919) % distinct) << 20n);
    const stackIds = Int32Array.from(values, (value) => Number(value >> 20n) - 1);
    const memory = createLentMemory();
    const expected = told(OWN_MEMORY, values, stackIds, 7n);
    for (let batch = 0; batch < 3; batch++) {
      memory.reset();
      expect(told(memory, values, stackIds, 7n)).toEqual(expected);
    }
    expect(memory.loops?.hold(values)).toBeDefined();
  });

  it('give up beyond the number of keys that is asked for', () => {
    const { loops } = createLentMemory();
    const values = BigUint64Array.from({ length: 100 }, (_, row) => BigInt(row % 10));
    expect(loops?.place(values, 9)).toBe('many');
    expect(loops?.place(values, 10)).toMatchObject({ firsts: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] });
  });
});
