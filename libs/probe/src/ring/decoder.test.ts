import { describe, expect, it } from 'vitest';
import { LAYOUTS } from '../families/layouts.ts';
import type { RingKind } from '../families/layouts.ts';
import { RECORD_HEADER_BYTES } from './cursor.ts';
import { createDecoder } from './decoder.ts';

const SIZE = 1 << 16;

/** Records from a position on, in both copies of the ring's pages; `ts` counts them. */
function write(from: number, kinds: readonly number[]) {
  const bytes = new Uint8Array(2 * SIZE);
  const view = new DataView(bytes.buffer);
  let position = from;
  for (const [index, kind] of kinds.entries()) {
    const known = Object.values(LAYOUTS).find((layout) => layout.kind === kind);
    const sizeBytes = known?.sizeBytes ?? 24;
    for (const copy of [0, SIZE]) {
      const at = (position % SIZE) + copy;
      if (at + RECORD_HEADER_BYTES + sizeBytes > 2 * SIZE) continue;
      view.setUint32(at, sizeBytes, true);
      view.setUint16(at + RECORD_HEADER_BYTES, kind, true);
      view.setBigUint64(at + RECORD_HEADER_BYTES + 8, BigInt(index), true);
    }
    position += RECORD_HEADER_BYTES + sizeBytes;
  }
  return { pages: { bytes, words: new Int32Array(bytes.buffer) }, producer: position };
}

function decodeAll(from: number, kinds: readonly number[]) {
  const { pages, producer } = write(from, kinds);
  const decoder = createDecoder();
  let position = from;
  let records = 0;
  while (position < producer) {
    const scan = decoder.decode(pages, {
      from: position,
      producer,
      sizeBytes: SIZE,
      maximum: 1 << 20,
      loadsInOrder: true,
    });
    position = scan.position;
    records += scan.records;
  }
  return { records, decoder };
}

const kindOf = (kind: RingKind): number => LAYOUTS[kind].kind;

describe('createDecoder', () => {
  it('sorts records by kind and keeps their order, also across the ring’s end and beyond 2^32', () => {
    const kinds = Array.from({ length: 300 }, (_, row) => kindOf(row % 3 === 0 ? 'gc_events' : 'lock_waits'));
    for (const from of [0, SIZE - 8, 2 ** 32 - 800, 2 ** 40 + SIZE - 400]) {
      const { records, decoder } = decodeAll(from, kinds);
      expect(records).toBe(300);
      expect(decoder.rows()).toBe(300);
      const batches = decoder.take();
      const times = Object.fromEntries(batches.map(({ kind, columns }) => [kind, [...columns.ts].map(Number)]));
      const rows = kinds.map((_, row) => row);
      expect(times).toEqual({
        gc_events: rows.filter((row) => row % 3 === 0),
        lock_waits: rows.filter((row) => row % 3 !== 0),
      });
      expect(decoder.rows()).toBe(0);
    }
  });

  it('counts a record of a kind it does not know, and passes over it', () => {
    const { records, decoder } = decodeAll(0, [kindOf('gc_events'), 200, 60_000, kindOf('gc_events')]);
    expect(records).toBe(4);
    expect(decoder.rows()).toBe(2);
  });
});
