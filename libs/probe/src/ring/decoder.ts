/**
 * Pages of a ring → columns by kind. Pure: the reader maps real pages, tests and benchmarks bring memory of their own.
 * A run of records is sorted into one list per kind, and taken apart into columns (ring-loops.ts, builder.ts).
 */
import { LAYOUTS, RING_KINDS } from '../families/layouts.ts';
import type { AnyRawBatch, RingKind } from '../families/layouts.ts';
import { createBuilder } from './builder.ts';
import type { Builder } from './builder.ts';
import { scanRing } from './cursor.ts';
import type { Scan, ScanRange } from './cursor.ts';
import { createRingLoops } from './ring-loops.ts';
import type { RecordBytes } from './run.ts';

export interface Decoder {
  /** One run: at most `maximum` records from a position on. */
  readonly decode: (pages: RecordBytes, range: ScanRange) => Scan;
  /** rows waiting to be taken: MAXIMUM_ROWS at most */
  readonly rows: () => number;
  readonly take: () => readonly AnyRawBatch[];
  /** Batches that nobody reads any more: their memory is filled again. */
  readonly giveBack: (batches: readonly AnyRawBatch[]) => void;
}

/** 64 bytes on every processor that Mapscope runs on */
const LINE_WORDS = 16;
const AHEAD_BYTES = 1 << 16;

export function createDecoder(): Decoder {
  const loops = createRingLoops();
  const builders = RING_KINDS.map((kind) => ({
    kind,
    number: LAYOUTS[kind].kind,
    builder: createBuilder(kind, loops.tiles[kind]),
  }));
  const byKind = new Map<RingKind, Builder>(builders.map(({ kind, builder }) => [kind, builder]));
  /** What is read ahead has to go somewhere, or V8 would not read it. */
  const seen = new Int32Array(1);
  return {
    decode: ({ bytes, words }, range) => {
      const place = range.from % range.sizeBytes;
      const ahead = Math.min(range.producer - range.from, AHEAD_BYTES);
      seen[0] = touch(words, place, ahead);
      const scan = scanRing(words, { ...range, producer: range.from + ahead }, loops.offsets);
      loops.takeIn(bytes, place, scan.position - range.from, scan.records);
      for (const { number, builder } of builders) {
        const count = loops.counts[number] ?? 0;
        if (count === 0) continue;
        loops.counts[number] = 0;
        builder.append(count);
      }
      return scan;
    },
    rows: () => builders.reduce((sum, { builder }) => sum + builder.rows(), 0),
    take: () => builders.flatMap(({ builder }) => builder.take() ?? []),
    giveBack: (batches) => {
      for (const { kind, columns } of batches) byKind.get(kind)?.giveBack(memoryOf(columns));
    },
  };
}

/** All columns of a batch lie in one piece of memory: slab.ts. */
export const memoryOf = ({ ts }: AnyRawBatch['columns']): ArrayBuffer =>
  // The builder makes no other.
  ts.buffer as ArrayBuffer;

/**
 * Where a record begins is known when the one before it has been read: of records of several sizes the processor could
 * fetch no more than one at a time. So each cache line is asked for before, in order and all at once.
 */
function touch(words: Int32Array, place: number, sizeBytes: number): number {
  let sum = 0;
  const end = (place + sizeBytes) >> 2;
  for (let line = place >> 2; line < end; line += LINE_WORDS) sum ^= words[line] ?? 0;
  return sum;
}
