/**
 * The inner loops between the ring and the slabs, in WebAssembly, and the memory they work in. Records of a run are copied
 * into it as one piece, sorted into a list per kind, and taken apart into tiles: as many rows as the caches hold.
 *
 *    memory │ offsets │ lists: kinds × RUN │ counts │ the run's records │ tile of kind 1 │ tile of kind 2 │ …
 */
import { instantiate, wasmModule } from '@mapscope/events';
import type { WasmFunction, WasmMemory } from '@mapscope/events';
import { LAYOUTS, RING_KINDS } from '../families/layouts.ts';
import type { RingKind } from '../families/layouts.ts';
import { add, constant, doWhile, get, isBelow, LOAD, set, shiftLeft, step, STORE, when } from '../wasm/code.ts';
import { copyFunction, isOftenLacking } from './copy-code.ts';
import { slabLayout } from './slab.ts';
import type { SlabLayout } from './slab.ts';

/** Records of a run, at most. */
export const RUN = 1024;
/** Rows of a tile: a divisor of MAXIMUM_ROWS. */
export const TILE_ROWS = 512;
/** head.kind is a u16; no kind is known above this. */
const KINDS = 16;
const RUN_BYTES = 1 << 17;
/** A record that was cut is read as if it were whole. */
const SLACK_BYTES = 1 << 10;

const OFFSETS = 0;
const LISTS = OFFSETS + 4 * RUN;
const COUNTS = LISTS + 4 * RUN * KINDS;
const USED = COUNTS + 4 * KINDS;
const MOST_FIELDS = 64;
const RECORDS = USED + MOST_FIELDS * KINDS;
const TILES = RECORDS + RUN_BYTES + SLACK_BYTES;
/** Columns of a power of two bytes would all begin in the same set of the first-level cache. */
const GAP_BYTES = 64;

export interface RingLoops {
  /** where scanRing puts a run's records: places in the ring */
  readonly offsets: Uint32Array;
  /** how many there are of each kind; whoever read it clears it */
  readonly counts: Uint32Array;
  /** Copies records from there on, and sorts those that `offsets` names. */
  readonly takeIn: (ring: Uint8Array, from: number, sizeBytes: number, count: number) => void;
  readonly tiles: Readonly<Record<RingKind, Tile>>;
}

export interface Tile {
  readonly layout: SlabLayout;
  /** The records of this kind, from the `first` on, become rows of the tile from `row` on. */
  readonly copy: (first: number, count: number, row: number) => void;
  /** Of all its fields; undefined: no row had it. After that the tile is begun anew. */
  readonly finish: () => TileColumns;
}
export type TileColumns = readonly (Uint8Array | undefined)[];

type Exports = Readonly<Record<RingKind, (list: number, end: number, row: number) => void>> & {
  readonly memory: WasmMemory;
  readonly sort: (count: number, shift: number) => void;
};

export function createRingLoops(): RingLoops {
  // What MODULE exports.
  const exports = instantiate(MODULE) as Exports;
  const bytes = new Uint8Array(exports.memory.buffer);
  return {
    offsets: new Uint32Array(bytes.buffer, OFFSETS, RUN),
    counts: new Uint32Array(bytes.buffer, COUNTS, KINDS),
    takeIn: (ring, from, sizeBytes, count) => {
      // One record larger than all that we know is none of ours: of what follows its head nothing is looked at.
      bytes.set(ring.subarray(from, from + Math.min(sizeBytes, RUN_BYTES)), RECORDS);
      if (count > 0) exports.sort(count, RECORDS - from);
    },
    tiles: Object.fromEntries(RING_KINDS.map((kind) => [kind, tileOf(kind, exports)])) as Record<RingKind, Tile>,
  };
}

function tileOf(kind: RingKind, exports: Exports): Tile {
  const { buffer } = exports.memory;
  const list = LISTS + 4 * RUN * LAYOUTS[kind].kind;
  const layout = TILE_LAYOUTS[kind];
  const used = new Uint8Array(buffer, usedOf(kind), layout.places.length);
  const columns = layout.places.map((place) => ({
    mayLack: isOftenLacking(place),
    bytes: new Uint8Array(buffer, place.start, TILE_ROWS * place.width),
  }));
  const copy = exports[kind];
  return {
    layout,
    copy: (first, count, row) => copy(list + 4 * first, list + 4 * (first + count), row),
    finish: () => {
      const filled = columns.map(({ mayLack, bytes }, index) => (mayLack && used[index] === 0 ? undefined : bytes));
      used.fill(0);
      return filled;
    },
  };
}

const usedOf = (kind: RingKind): number => USED + MOST_FIELDS * LAYOUTS[kind].kind;

/** (count, shift): each offset plus `shift` is where its record lies here; appended to its kind's list. */
function sortFunction(): WasmFunction {
  const [COUNT, SHIFT, AT, RECORD, KIND, LENGTH] = [0, 1, 2, 3, 4, 5];
  const counter = shiftLeft(get(KIND), 2);
  const append = [
    ...set(LENGTH, LOAD[4](counter, COUNTS)),
    ...STORE[4](shiftLeft(add(shiftLeft(get(KIND), Math.log2(RUN)), get(LENGTH)), 2), get(RECORD), LISTS),
    ...STORE[4](counter, add(get(LENGTH), constant(1)), COUNTS),
  ];
  const one = [
    ...set(RECORD, add(LOAD[4](get(AT), OFFSETS), get(SHIFT))),
    ...set(KIND, LOAD[2](get(RECORD))),
    ...when(isBelow(get(KIND), constant(KINDS)), append),
    ...step(AT, 4),
  ];
  const body = [...set(COUNT, shiftLeft(get(COUNT), 2)), ...doWhile(one, isBelow(get(AT), get(COUNT)))];
  return { name: 'sort', parameters: 2, locals: ['i32', 'i32', 'i32', 'i32'], body };
}

let end = TILES;
const TILE_LAYOUTS = Object.fromEntries(
  RING_KINDS.map((kind) => {
    const layout = slabLayout(LAYOUTS[kind], TILE_ROWS, { start: end, gap: GAP_BYTES });
    end = layout.end;
    return [kind, layout];
  }),
) as Readonly<Record<RingKind, SlabLayout>>;

const MODULE = wasmModule(
  [...RING_KINDS.map((kind) => copyFunction(kind, TILE_LAYOUTS[kind], usedOf(kind))), sortFunction()],
  Math.ceil((end + SLACK_BYTES) / 65_536),
);
