import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spreadBy } from './spread-ids.ts';
import { spreadLong, spreadText, spreadU32, spreadU8 } from './spread.ts';
import { valueOf } from './test-values.ts';

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
        const columns = {
          function: spreadText(spread, (value) => value.text),
          line: spreadU32(spread, ({ id }) => id + 1),
          stack: spreadLong(spread, ({ hash }) => hash),
        };
        const told = known.map((_, row) =>
          Object.entries(columns).map(([name, data]) => valueOf('map_events', name, data, row)),
        );
        expect(told).toEqual(known.map(({ text, id, hash }) => [text, id + 1, hash]));
        expect([...spreadU8(spread, ({ id }) => id)]).toEqual(known.map(({ id }) => id & 255));
      }),
      { interruptAfterTimeLimit: 1000 },
    );
  });
});
