import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spreadBy } from './spread-ids.ts';
import { spreadText, spreadU32, spreadU64, spreadU8 } from './spread.ts';

const describeId = (id: number) => ({ id, text: `f${Math.abs(id) % 3}`, hash: BigInt(id) + 2n ** 63n });

describe('spreadBy', () => {
  it('asks once for each id, in the order of first use; all negative ids are one', () => {
    const asked: number[] = [];
    const spread = spreadBy(Int32Array.of(7, 7, -1, 3, 7, -14, 9), (id) => asked.push(id));
    expect(asked).toEqual([7, -1, 3, 9]);
    expect([...spread.places]).toEqual([0, 0, 1, 2, 0, 1, 3]);
  });

  it('gives every row what its id says, whatever the ids', () => {
    const ids = fc.oneof(fc.integer({ min: -2, max: 40 }), fc.constant(0x7fff_ffff));
    fc.assert(
      fc.property(fc.array(ids, { maxLength: 200 }), (list) => {
        const known = list.map((id) => describeId(Math.max(-1, id)));
        const spread = spreadBy(Int32Array.from(list), describeId);
        const text = spreadText(spread, (value) => value.text);
        if (text.storage !== 'dictionary') throw new Error(text.storage);
        expect(Array.from(text.indexes, (index) => text.keys[index])).toEqual(known.map((value) => value.text));
        expect(new Set(text.keys).size).toBe(text.keys.length);
        expect(spreadU32(spread, ({ id }) => id + 1)).toEqual({
          storage: 'u32',
          values: Uint32Array.from(known, ({ id }) => id + 1),
        });
        expect([...spreadU64(spread, ({ hash }) => hash)]).toEqual(known.map(({ hash }) => hash));
        expect([...spreadU8(spread, ({ id }) => id)]).toEqual(known.map(({ id }) => id & 255));
      }),
      { interruptAfterTimeLimit: 1000 },
    );
  });
});
