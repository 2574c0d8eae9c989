import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OWN_MEMORY } from './column-memory.ts';
import { pairUp } from './spread-ids.ts';
import { spreadTexts } from './spread-texts.ts';
import { spreadOf } from './spread.ts';

const WIDTH = 8;

/** What lies behind a text differs from row to row. */
function layOut(texts: readonly { readonly text: string; readonly length: number }[]) {
  const bytes = Uint8Array.from({ length: WIDTH * texts.length }, (_, at) => (at * 31) & 255);
  for (const [row, { text }] of texts.entries())
    bytes.set(new TextEncoder().encode(text).subarray(0, WIDTH), WIDTH * row);
  return { bytes, lengths: Uint8Array.from(texts, ({ length }) => length) };
}

describe('spreadTexts', () => {
  it('decodes each text once, by its length, and tells what was cut', () => {
    const texts = ['GET', 'GET', '', 'GETS', 'averylong', 'GET', 'averylongone', 'averylon'];
    const { bytes, lengths } = layOut(texts.map((text) => ({ text, length: text.length })));
    const { values, places } = spreadTexts(bytes, WIDTH, lengths);
    expect(values).toEqual([
      { text: 'GET', cut: false },
      { text: '', cut: false },
      { text: 'GETS', cut: false },
      { text: 'averylon', cut: true },
      { text: 'averylon', cut: false },
    ]);
    expect([...places]).toEqual([0, 0, 1, 2, 3, 0, 3, 4]);
  });

  it('gives every row its own text, whatever the texts', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 11 });
    fc.assert(
      fc.property(fc.array(text, { maxLength: 300 }), (texts) => {
        const { bytes, lengths } = layOut(texts.map((each) => ({ text: each, length: each.length })));
        const { values, places } = spreadTexts(bytes, WIDTH, lengths);
        expect(Array.from(places, (place) => values[place])).toEqual(
          texts.map((each) => ({ text: each.slice(0, WIDTH), cut: each.length > WIDTH })),
        );
        expect(new Set(values.map((value) => JSON.stringify(value))).size).toBe(values.length);
      }),
      { interruptAfterTimeLimit: 1000 },
    );
  });
});

describe('pairUp', () => {
  it('tells the pairs that there are, in the order of first use', () => {
    const one = spreadOf(['a', 'b'], Uint32Array.of(0, 0, 1, 0), OWN_MEMORY);
    const other = spreadOf([7, 8, 9], Uint32Array.of(0, 1, 2, 0), OWN_MEMORY);
    const pairs = pairUp(one, other, (a, b) => [a, b]);
    expect(pairs.values).toEqual([
      ['a', 7],
      ['a', 8],
      ['b', 9],
    ]);
    expect([...pairs.places]).toEqual([0, 1, 2, 0]);
  });
});
