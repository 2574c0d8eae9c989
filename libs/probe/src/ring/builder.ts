/**
 * Column builder: record bytes in, one array per field out. A few fields at a time over a run of records, so that each
 * inner loop does one thing to one pair of arrays. Bound: MAXIMUM_ROWS, at which the worker takes the columns.
 */
import { MapscopeError } from '@mapscope/events';
import { LAYOUTS } from '../families/layouts.ts';
import type { AnyRawBatch, RingKind } from '../families/layouts.ts';
import { planCopy } from './copy-plan.ts';
import { MAXIMUM_ROWS } from './pace.ts';
import type { RecordLayout } from './record-layout.ts';
import { runOf } from './run.ts';
import type { RecordBytes } from './run.ts';
import { compactColumns, slabColumns, slabLayout, slabOf } from './slab.ts';
import type { Slab } from './slab.ts';

export interface Builder {
  readonly rows: () => number;
  /** offsets: byte offsets of the payloads, `count` of them */
  readonly append: (records: RecordBytes, offsets: Uint32Array, count: number) => void;
  /** Everything so far, and an empty builder; undefined when there was nothing. */
  readonly take: () => AnyRawBatch | undefined;
  /** Memory of a batch that is not needed any more. */
  readonly giveBack: (memory: ArrayBuffer) => void;
}

/** Fewer rows are copied out: a slab of megabytes for them would only be carried about. */
const FEWEST_IN_SLAB = MAXIMUM_ROWS / 16;
/** One on its way there, one on its way back. */
const MOST_SPARE = 2;

export function createBuilder(kind: RingKind): Builder {
  const layout: RecordLayout = LAYOUTS[kind];
  const whole = slabLayout(layout, MAXIMUM_ROWS);
  const copy = planCopy(whole);
  const spare: Slab[] = [];
  let slab: Slab | undefined;
  let rows = 0;
  const open = (): Slab => (slab ??= spare.pop() ?? slabOf(new ArrayBuffer(whole.sizeBytes)));
  const takeColumns = (filled: Slab) => {
    if (rows < FEWEST_IN_SLAB) return compactColumns(layout, whole, filled, rows);
    slab = undefined;
    return slabColumns(whole, filled.memory, rows);
  };
  return {
    rows: () => rows,
    append: (records, offsets, count) => {
      if (rows + count > MAXIMUM_ROWS) throw overfull(kind, rows + count);
      copy(open(), rows, runOf(records, offsets, count));
      rows += count;
    },
    take: () => {
      if (rows === 0) return undefined;
      // Fields and their array types come from the same table, LAYOUTS: the shape is that of RawBatch for this kind.
      const batch = { kind, rows, columns: takeColumns(open()) } as unknown as AnyRawBatch;
      rows = 0;
      return batch;
    },
    giveBack: (memory) => {
      if (memory.byteLength === whole.sizeBytes && spare.length < MOST_SPARE) spare.push(slabOf(memory));
    },
  };
}

function overfull(kind: RingKind, rows: number): MapscopeError {
  const message = `${rows} rows of ${kind} in one batch, room is for ${MAXIMUM_ROWS}: take them before reading on`;
  return new MapscopeError('INTERNAL', message, { facts: { kind, rows } });
}
