/**
 * What every field of every record is, one byte at a time and as plainly as it can be said: the yardstick that the loops in
 * WebAssembly are held against (builder.test.ts). Slow, and of no use elsewhere.
 */
import type { FieldLayout, RecordLayout } from './record-layout.ts';
import { WIDTH } from './field-array.ts';

/** Hex of each field's bytes that say something; bytes that a record lacks are the filler's. */
export function plainRecord(layout: RecordLayout, record: Uint8Array, filler: number): Record<string, string> {
  const whole = new Uint8Array(layout.sizeBytes).fill(filler);
  whole.set(record.subarray(0, layout.sizeBytes));
  const fields = Object.entries(layout.fields);
  return Object.fromEntries(fields.map(([name, field]) => [name, hex(whole, field.offset, saidBytes(whole, field))]));
}

/** Of texts as long as they are, of what only some records have nothing in others. */
export function saidBytes(record: Uint8Array, { storage, textLength, onlyWhere }: FieldLayout): number {
  const width = WIDTH[storage];
  if (onlyWhere !== undefined && record[onlyWhere.offset] !== onlyWhere.is) return 0;
  return textLength === undefined ? width : Math.min(width, record[textLength] ?? 0);
}

export const hex = (bytes: Uint8Array, start: number, sizeBytes: number): string =>
  Buffer.from(bytes.subarray(start, start + sizeBytes)).toString('hex');
