import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RECORD_HEADER_BYTES, scanRing } from './cursor.ts';

const SIZE = 256;
const BUSY = 0x8000_0000 | 0;
const DISCARD = 0x4000_0000;

interface Record {
  readonly length: number;
  readonly flags?: number;
}

/** Writes records from a position on, into both copies of the data; gives the producer's position. */
function write(words: Int32Array, from: number, records: readonly Record[]): number {
  let position = from;
  for (const { length, flags = 0 } of records) {
    const place = position % SIZE;
    for (const copy of [0, SIZE]) {
      const at = (place + copy) >> 2;
      if (at < words.length) words[at] = length | flags;
    }
    position += (length + 8 + 7) & ~7;
  }
  return position;
}

function scan(from: number, records: readonly Record[], maximum = 100) {
  const words = new Int32Array((2 * SIZE) / 4);
  const producer = write(words, from, records);
  const offsets = new Uint32Array(100);
  const found = scanRing(words, { from, producer, sizeBytes: SIZE, maximum, loadsInOrder: true }, offsets);
  const acquired = scanRing(words, { from, producer, sizeBytes: SIZE, maximum, loadsInOrder: false }, offsets);
  expect(acquired).toEqual(found);
  const lengthAt = (offset: number): number => (words[(offset - RECORD_HEADER_BYTES) >> 2] ?? 0) & ~DISCARD;
  const visited = [...offsets.subarray(0, found.records)].map((offset) => [offset, lengthAt(offset)]);
  return { producer, visited, ...found };
}

describe('scanRing', () => {
  it.each([
    { name: 'nothing there', from: 0, records: [], visited: [], position: 0, discarded: 0, busy: false },
    {
      name: 'one record',
      from: 0,
      records: [{ length: 16 }],
      visited: [[8, 16]],
      position: 24,
      discarded: 0,
      busy: false,
    },
    {
      name: 'an odd length is rounded up to 8',
      from: 0,
      records: [{ length: 13 }, { length: 8 }],
      visited: [
        [8, 13],
        [32, 8],
      ],
      position: 40,
      discarded: 0,
      busy: false,
    },
    {
      name: 'a discarded record is passed over and counted',
      from: 0,
      records: [{ length: 16, flags: DISCARD }, { length: 8 }],
      visited: [[32, 8]],
      position: 40,
      discarded: 1,
      busy: false,
    },
    {
      name: 'a record not yet submitted stops the scan before those behind it',
      from: 0,
      records: [{ length: 8 }, { length: 8, flags: BUSY }, { length: 8 }],
      visited: [[8, 8]],
      position: 16,
      discarded: 0,
      busy: true,
    },
    {
      name: 'a record over the end goes on in the second copy, and so do those behind it',
      from: SIZE - 16,
      records: [{ length: 40 }, { length: 8 }],
      visited: [
        [SIZE - 8, 40],
        [SIZE + 40, 8],
      ],
      position: SIZE + 48,
      discarded: 0,
      busy: false,
    },
    {
      name: 'positions beyond 32 bits',
      from: SIZE * 2 ** 40,
      records: [{ length: 24 }],
      visited: [[8, 24]],
      position: SIZE * 2 ** 40 + 32,
      discarded: 0,
      busy: false,
    },
  ])('$name', ({ from, records, visited, position, discarded, busy }) => {
    const result = scan(from, records);
    expect(result.visited).toEqual(visited);
    expect({ position: result.position, discarded: result.discarded, busy: result.busy }).toEqual({
      position,
      discarded,
      busy,
    });
    expect(result.records).toBe(visited.length);
  });

  it('stops at the maximum and goes on from there', () => {
    const records = [{ length: 8 }, { length: 16 }, { length: 8 }];
    const first = scan(0, records, 2);
    expect(first.records).toBe(2);
    expect(first.position).toBe(16 + 24);
    expect(first.producer).toBe(16 + 24 + 16);
  });

  it('stops where there is no more room for offsets', () => {
    const words = new Int32Array((2 * SIZE) / 4);
    const producer = write(words, 0, [{ length: 8 }, { length: 16 }, { length: 8 }]);
    const found = scanRing(
      words,
      { from: 0, producer, sizeBytes: SIZE, maximum: 100, loadsInOrder: true },
      new Uint32Array(2),
    );
    expect(found).toEqual({ position: 16 + 24, records: 2, discarded: 0, busy: false });
  });

  it('visits every record once, at any position, in any mix', () => {
    const lengths = fc.array(
      fc.record({ length: fc.integer({ min: 1, max: 24 }), flags: fc.constantFrom(0, DISCARD) }),
      {
        maxLength: 8,
      },
    );
    const property = fc.property(fc.integer({ min: 0, max: 2 ** 35 }), lengths, (units, records) => {
      const result = scan(units * 8, records);
      const kept = records.filter((record) => record.flags === 0);
      expect(result.visited.map(([, length]) => length)).toEqual(kept.map((record) => record.length));
      expect(result.position).toBe(result.producer);
      expect(result.discarded).toBe(records.length - kept.length);
    });
    fc.assert(property, { numRuns: 500, interruptAfterTimeLimit: 2000 });
  });
});
