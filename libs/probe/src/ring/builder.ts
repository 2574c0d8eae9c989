/**
 * Column builder: records in, one array per field out. Rows gather in a tile, which the caches hold; a full tile goes into
 * the slab, column by column. Bound: MAXIMUM_ROWS, at which the worker takes the columns.
 *
 *    records ─► tile: TILE_ROWS ─► slab: MAXIMUM_ROWS ─► batch          few rows: tile ─► batch of their size
 */
import { MapscopeError } from '@mapscope/events';
import { LAYOUTS } from '../families/layouts.ts';
import type { AnyRawBatch, RingKind } from '../families/layouts.ts';
import type { FieldArray } from './field-array.ts';
import { MAXIMUM_ROWS } from './pace.ts';
import type { Tile } from './ring-loops.ts';
import { TILE_ROWS } from './ring-loops.ts';
import { addRows, slabColumns, slabLayout, slabOf } from './slab.ts';
import type { Slab, SlabLayout } from './slab.ts';

export interface Builder {
  readonly rows: () => number;
  /** The first `count` records of this kind's list. */
  readonly append: (count: number) => void;
  /** Everything so far, and an empty builder; undefined when there was nothing. */
  readonly take: () => AnyRawBatch | undefined;
  /** Memory of a batch that is not needed any more. */
  readonly giveBack: (memory: ArrayBuffer) => void;
}

/** Fewer rows are copied out: a slab of megabytes for them would only be carried about. */
const FEWEST_IN_SLAB = MAXIMUM_ROWS / 16;
/** One on its way there, one on its way back. */
const MOST_SPARE = 2;

interface Filled {
  readonly slab: Slab;
  readonly rows: number;
}

export function createBuilder(kind: RingKind, tile: Tile): Builder {
  const whole = slabLayout(LAYOUTS[kind], MAXIMUM_ROWS);
  const pool = slabPool(whole);
  let filled: Filled | undefined;
  let gathered = 0;
  const rows = (): number => (filled?.rows ?? 0) + gathered;
  const keep = (): Filled => {
    const { slab, rows: behind } = filled ?? { slab: pool.next(), rows: 0 };
    addRows(slab, behind, tile.finish(), gathered);
    filled = { slab, rows: behind + gathered };
    gathered = 0;
    return filled;
  };
  const takeColumns = (): Record<string, FieldArray> => {
    const taken = rows() < FEWEST_IN_SLAB ? compact(kind, filled, tile, gathered) : keep();
    // The slab of few rows is filled again.
    if (filled !== undefined && taken.slab !== filled.slab) pool.giveBack(filled.slab.memory);
    [filled, gathered] = [undefined, 0];
    return slabColumns(taken.slab.layout, taken.slab.memory, taken.rows);
  };
  return {
    rows,
    append: (count) => {
      if (rows() + count > MAXIMUM_ROWS) throw overfull(kind, rows() + count);
      for (let first = 0; first < count;) {
        const some = Math.min(count - first, TILE_ROWS - gathered);
        tile.copy(first, some, gathered);
        first += some;
        gathered += some;
        if (gathered === TILE_ROWS) keep();
      }
    },
    take: () => {
      const count = rows();
      if (count === 0) return undefined;
      // Fields and their array types come from the same table, LAYOUTS: the shape is that of RawBatch for this kind.
      return { kind, rows: count, columns: takeColumns() } as unknown as AnyRawBatch;
    },
    giveBack: pool.giveBack,
  };
}

function slabPool(layout: SlabLayout) {
  const spare: Slab[] = [];
  return {
    next: () => spare.pop() ?? slabOf(layout),
    giveBack: (memory: ArrayBuffer) => {
      if (memory.byteLength === layout.end && spare.length < MOST_SPARE) spare.push(slabOf(layout, memory));
    },
  };
}

/** All that came, in memory just as large as it needs. */
function compact(kind: RingKind, filled: Filled | undefined, tile: Tile, gathered: number): Filled {
  const behind = filled?.rows ?? 0;
  const rows = behind + gathered;
  const slab = slabOf(slabLayout(LAYOUTS[kind], (rows + 7) & ~7));
  if (filled !== undefined) addRows(slab, 0, columnsOf(filled.slab), behind);
  addRows(slab, behind, tile.finish(), gathered);
  return { slab, rows };
}

const columnsOf = ({ layout, bytes }: Slab): readonly Uint8Array[] =>
  layout.places.map(({ start }) => bytes.subarray(start));

function overfull(kind: RingKind, rows: number): MapscopeError {
  const message = `${rows} rows of ${kind} in one batch, room is for ${MAXIMUM_ROWS}: take them before reading on`;
  return new MapscopeError('INTERNAL', message, { facts: { kind, rows } });
}
