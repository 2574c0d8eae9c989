/** How records of a kind come into a slab: worked out once from its layout, then done for run after run. */
import { copyBytes, copyLongs, copyWords } from './field-copy.ts';
import type { Lanes } from './field-copy.ts';
import type { Run } from './run.ts';
import type { FieldPlace, Slab, SlabLayout } from './slab.ts';
import { copyTexts, copyWhere } from './wide-copy.ts';

/** @param rows that the slab holds already */
export type CopyRun = (slab: Slab, rows: number, run: Run) => void;

export function planCopy({ places }: SlabLayout): CopyRun {
  const texts = places.filter(({ field }) => field.textLength !== undefined);
  const rare = places.filter(({ field }) => field.onlyWhere !== undefined);
  const whole = places.filter(({ field }) => field.textLength === undefined && field.onlyWhere === undefined);
  const bytes = lanesOf(whole, 1);
  const words = lanesOf(whole, 4);
  const longs = lanesOf(whole, 8);
  return (slab, rows, run) => {
    copyLongs(longs, slab, rows, run);
    copyWords(words, slab, rows, run);
    copyBytes(bytes, slab, rows, run);
    for (const place of texts) copyTexts(place, slab, rows, run);
    for (const place of rare) copyWhere(place, slab, rows, run);
  };
}

/** Fields whose widest element is `size` bytes; their offsets are multiples of it (layouts.test.ts). */
function lanesOf(places: readonly FieldPlace[], size: 1 | 4 | 8): Lanes {
  const lanes = places
    .filter(({ width }) => size === sizeOf(width))
    .flatMap(({ field, start, width }) =>
      Array.from({ length: width / size }, (_, index) => ({
        from: field.offset / size + index,
        to: start / size + index,
        step: width / size,
      })),
    );
  const padded = Array.from({ length: 4 * Math.ceil(lanes.length / 4) }, (_, lane) => lanes[lane] ?? lanes.at(-1));
  return {
    from: Uint32Array.from(padded, (lane) => lane?.from ?? 0),
    to: Uint32Array.from(padded, (lane) => lane?.to ?? 0),
    step: Uint32Array.from(padded, (lane) => lane?.step ?? 0),
  };
}

const sizeOf = (width: number): 1 | 4 | 8 => (width % 8 === 0 ? 8 : width % 4 === 0 ? 4 : 1);
