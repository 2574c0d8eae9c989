import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LAYOUTS, RING_KINDS } from '../families/layouts.ts';
import type { AnyRawBatch, RingKind } from '../families/layouts.ts';
import { createDecoder } from './decoder.ts';
import type { FieldArray } from './field-array.ts';
import { WIDTH } from './field-array.ts';
import { MAXIMUM_ROWS } from './pace.ts';
import type { RecordLayout } from './record-layout.ts';
import { TILE_ROWS } from './ring-loops.ts';
import { decodeRing, ringOf } from './test-batch.ts';
import { hex, plainRecord, saidBytes } from './test-plain-columns.ts';

const FILLER = 0xa5;

/** The bytes of all fields of a row that say something. */
function rowOf({ kind, columns }: AnyRawBatch, row: number, record: Uint8Array): Record<string, string> {
  const layout: RecordLayout = LAYOUTS[kind];
  const whole = new Uint8Array(layout.sizeBytes).fill(FILLER);
  whole.set(record.subarray(0, layout.sizeBytes));
  // Fields of the layout are the columns of the batch.
  const arrays = columns as unknown as Readonly<Record<string, FieldArray>>;
  const told = Object.entries(layout.fields).map(([name, field]) => {
    const { buffer, byteOffset } = arrays[name] ?? new Uint8Array();
    const start = byteOffset + row * WIDTH[field.storage];
    return [name, hex(new Uint8Array(buffer), start, saidBytes(whole, field))];
  });
  return Object.fromEntries(told);
}

function expectSame(records: readonly Uint8Array[], batches: readonly AnyRawBatch[], rowsChecked = Infinity): void {
  for (const kind of RING_KINDS) {
    const layout: RecordLayout = LAYOUTS[kind];
    const own = records.filter((record) => kindOf(record) === layout.kind);
    const batch = batches.find((one) => one.kind === kind);
    expect(batch?.rows ?? 0).toBe(own.length);
    const every = Math.max(1, Math.floor(own.length / rowsChecked));
    if (batch === undefined) continue;
    for (let row = 0; row < own.length; row += every) {
      const record = own[row] ?? new Uint8Array();
      expect(rowOf(batch, row, record)).toEqual(plainRecord(layout, record, FILLER));
    }
  }
}

/** Of a record that lacks its head, what stands behind it is read. */
const kindOf = (record: Uint8Array): number => (record[0] ?? FILLER) + 256 * (record[1] ?? FILLER);

/** Marsaglia, "Xorshift RNGs" (2003). */
function recordsOf(kinds: readonly RingKind[], count: number): readonly Uint8Array[] {
  let state = 7;
  const random = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  return Array.from({ length: count }, () => {
    const layout: RecordLayout = LAYOUTS[kinds[random() % kinds.length] ?? 'lock_waits'];
    const record = Uint8Array.from({ length: layout.sizeBytes }, () => random() >>> 24);
    new DataView(record.buffer).setUint16(0, layout.kind, true);
    for (const { onlyWhere } of Object.values(layout.fields))
      if (onlyWhere !== undefined && random() % 4 === 0) record[onlyWhere.offset] = onlyWhere.is;
    return record;
  });
}

const layoutOf = (record: Uint8Array) => Object.values(LAYOUTS).find(({ kind }) => kind === kindOf(record));

describe('columns of records', () => {
  it.each([1, TILE_ROWS - 1, TILE_ROWS, TILE_ROWS + 1, 2 * TILE_ROWS, 2500])(
    '%i records of each kind: every field is what stands in its place in its record',
    (count) => {
      for (const kind of RING_KINDS) {
        const records = recordsOf([kind], count);
        expectSame(records, decodeRing(createDecoder(), ringOf(records, FILLER), 300), 200);
      }
    },
  );

  it('records of all kinds mixed keep their order, batch after batch in the same memory', () => {
    const decoder = createDecoder();
    for (const count of [3000, 40, 9000]) {
      const records = recordsOf(RING_KINDS, count);
      const batches = decodeRing(decoder, ringOf(records, FILLER));
      expectSame(records, batches, 200);
      decoder.giveBack(batches);
    }
  });

  it('a batch of as many rows as there may be', () => {
    const records = recordsOf(['gc_events'], MAXIMUM_ROWS);
    expectSame(records, decodeRing(createDecoder(), ringOf(records, FILLER)), 500);
  });

  it('whatever bytes come, of whatever length and kind: known kinds become rows, nothing else', () => {
    const kinds = fc.constantFrom(...RING_KINDS.map((kind) => LAYOUTS[kind].kind), 0, 15, 16, 200, 0xffff);
    const record = fc.tuple(kinds, fc.uint8Array({ minLength: 0, maxLength: 700 })).map(([kind, bytes]) => {
      // Less than two bytes do not even say what it is, and what follows them is not the test's.
      const own = bytes.length < 2 ? new Uint8Array(2) : bytes;
      new DataView(own.buffer, own.byteOffset).setUint16(0, kind, true);
      return own;
    });
    fc.assert(
      fc.property(fc.array(record, { maxLength: 60 }), (records) => {
        const ring = ringOf(records, FILLER);
        const batches = decodeRing(createDecoder(), ring);
        for (const batch of batches)
          expect(batch.rows).toBe(records.filter((one) => kindOf(one) === LAYOUTS[batch.kind].kind).length);
        // Of those that are cut, what they lack says nothing.
        if (records.every((one) => one.length >= (layoutOf(one)?.sizeBytes ?? 0))) expectSame(records, batches);
      }),
      { interruptAfterTimeLimit: 1500, markInterruptAsFailure: false },
    );
  });

  it('is empty after it was taken, and what was taken stays as it is', () => {
    const decoder = createDecoder();
    const records = recordsOf(['http_requests'], 2);
    const taken = decodeRing(decoder, ringOf(records, FILLER));
    expect(decoder.rows()).toBe(0);
    expect(decoder.take()).toEqual([]);
    decodeRing(decoder, ringOf(recordsOf(['http_requests'], 5).slice(2), FILLER));
    expectSame(records, taken);
  });
});
