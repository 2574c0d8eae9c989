/**
 * Column builder: record bytes in, one growing array per field out. Field by field over a run of records, so that each
 * inner loop does one thing to one pair of arrays. Bound: the worker takes the columns at maximumRows.
 */
import { LAYOUTS } from '../families/layouts.ts';
import type { AnyRawBatch, RingKind } from '../families/layouts.ts';
import { copyField, fieldArray, sourceOf, WIDTH } from './field-copy.ts';
import type { FieldArray, RecordBytes } from './field-copy.ts';
import type { FieldLayout, RecordLayout } from './record-layout.ts';

export interface Builder {
  readonly rows: () => number;
  /** offsets: byte offsets of the payloads, `count` of them */
  readonly append: (run: RecordBytes, offsets: Uint32Array, count: number) => void;
  /** Everything so far in arrays of their own, and an empty builder; undefined when there was nothing. */
  readonly take: () => AnyRawBatch | undefined;
}

const FIRST_CAPACITY = 1024;

interface FieldBuffer {
  readonly name: string;
  readonly field: FieldLayout;
  memory: ArrayBuffer;
}

export function createBuilder(kind: RingKind): Builder {
  const layout: RecordLayout = LAYOUTS[kind];
  let capacity = FIRST_CAPACITY;
  let rows = 0;
  const memoryFor = (field: FieldLayout): ArrayBuffer => new ArrayBuffer(capacity * WIDTH[field.storage]);
  const buffers: FieldBuffer[] = Object.entries(layout.fields).map(([name, field]) => ({
    name,
    field,
    memory: memoryFor(field),
  }));
  const grow = (needed: number): void => {
    while (capacity < needed) capacity *= 2;
    for (const buffer of buffers) buffer.memory = buffer.memory.transfer(capacity * WIDTH[buffer.field.storage]);
  };
  /** Full arrays are given away as they are; of arrays that are mostly empty a copy is cheaper than new ones. */
  const takeField = (buffer: FieldBuffer): FieldArray => {
    const { field, memory } = buffer;
    if (rows <= capacity / 2) return fieldArray(field, memory.slice(0, rows * WIDTH[field.storage]), rows);
    buffer.memory = memoryFor(field);
    return fieldArray(field, memory, rows);
  };
  return {
    rows: () => rows,
    append: (run, offsets, count) => {
      const source = sourceOf(run);
      if (rows + count > capacity) grow(rows + count);
      for (const { field, memory } of buffers) copyField({ field, memory, rows }, source, offsets, count);
      rows += count;
    },
    take: () => {
      if (rows === 0) return undefined;
      const columns = Object.fromEntries(buffers.map((buffer) => [buffer.name, takeField(buffer)]));
      // Fields and their array types come from the same table, LAYOUTS: the shape is that of RawBatch for this kind.
      const batch = { kind, rows, columns } as unknown as AnyRawBatch;
      rows = 0;
      return batch;
    },
  };
}
