import { describe, expect, it } from 'vitest';
import { createBuilder } from './builder.ts';
import { LAYOUTS } from '../families/layouts.ts';

/** `count` records of a kind, 8 bytes of ring header before each; byte i of record r is (r × 7 + i) & 255. */
function source(sizeBytes: number, count: number) {
  const step = sizeBytes + 8;
  const bytes = new Uint8Array(step * count);
  const offsets = new Uint32Array(count);
  for (let row = 0; row < count; row++) {
    const start = row * step + 8;
    offsets[row] = start;
    for (let at = 0; at < sizeBytes; at++) bytes[start + at] = (row * 7 + at) & 255;
  }
  return { bytes, words: new Int32Array(bytes.buffer), offsets };
}

describe('createBuilder', () => {
  it('takes every field from its place in every record, through growth', () => {
    const rows = 3000;
    const { bytes, words, offsets } = source(LAYOUTS.lock_waits.sizeBytes, rows);
    const builder = createBuilder('lock_waits');
    builder.append({ bytes, words }, offsets.subarray(0, 10), 10);
    builder.append({ bytes, words }, offsets.subarray(10), rows - 10);
    const batch = builder.take();
    if (batch?.kind !== 'lock_waits') throw new Error('wrong kind');
    expect(batch.rows).toBe(rows);
    const view = new DataView(bytes.buffer);
    for (const row of [0, 9, 10, 1023, 1024, rows - 1]) {
      const at = offsets[row] ?? 0;
      expect(batch.columns.ts[row]).toBe(view.getBigUint64(at + 8, true));
      expect(batch.columns.wait_ns[row]).toBe(view.getBigUint64(at + 16, true));
      expect(batch.columns.holder_stack[row]).toBe(view.getInt32(at + 100, true));
      expect(batch.columns.binding[row]).toBe(bytes[at + 104]);
      expect([...batch.columns.trace_id.subarray(16 * row, 16 * row + 16)]).toEqual([
        ...bytes.subarray(at + 56, at + 72),
      ]);
      expect([...batch.columns.span_id.subarray(8 * row, 8 * row + 8)]).toEqual([...bytes.subarray(at + 72, at + 80)]);
    }
    expect(batch.columns.trace_id.length).toBe(16 * rows);
  });

  it('is empty after take, and what was taken stays as it is', () => {
    const first = source(LAYOUTS.http_requests.sizeBytes, 2);
    const builder = createBuilder('http_requests');
    expect(builder.take()).toBeUndefined();
    builder.append(first, first.offsets, 2);
    const taken = builder.take();
    expect(builder.rows()).toBe(0);
    const before = taken?.columns.ts[1];
    builder.append({ bytes: first.bytes, words: first.words }, first.offsets, 1);
    expect(taken?.columns.ts[1]).toBe(before);
    expect(builder.take()?.rows).toBe(1);
  });
});
