/**
 * Pages of a ring → columns by kind. Pure: the reader maps real pages, tests and benchmarks bring memory of their own.
 * A run of records is sorted into one lane per kind; then each lane copies field by field (builder.ts).
 */
import { LAYOUTS, RING_KINDS } from '../families/layouts.ts';
import type { AnyRawBatch } from '../families/layouts.ts';
import { createBuilder } from './builder.ts';
import type { Builder } from './builder.ts';
import { scanRing } from './cursor.ts';
import type { Scan, ScanRange } from './cursor.ts';
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

/** Each few fields pass over the run's records again: 512 of 120 bytes still lie in a core's second-level cache. */
const RUN = 512;
/** 64 bytes on every processor that Mapscope runs on */
const LINE_WORDS = 16;
const AHEAD_BYTES = 1 << 15;

interface Lane {
  readonly kind: number;
  readonly builder: Builder;
  readonly offsets: Uint32Array;
  count: number;
}

export function createDecoder(): Decoder {
  const lanes = RING_KINDS.map((kind): Lane => ({
    kind: LAYOUTS[kind].kind,
    builder: createBuilder(kind),
    offsets: new Uint32Array(RUN),
    count: 0,
  }));
  const byKind = new Map<number, Lane>(lanes.map((lane) => [lane.kind, lane]));
  // head.kind is a u16; few kinds are known, and none above 255.
  const table = Array.from({ length: 256 }, (_, kind) => byKind.get(kind));
  const offsets = new Uint32Array(RUN);
  /** What is read ahead has to go somewhere, or V8 would not read it. */
  const seen = new Int32Array(1);
  return {
    decode: (pages, range) => {
      const ahead = Math.min(range.producer - range.from, AHEAD_BYTES);
      seen[0] = touch(pages.words, range.from % range.sizeBytes, ahead);
      const scan = scanRing(pages.words, { ...range, producer: range.from + ahead }, offsets);
      sort(pages.words, offsets.subarray(0, scan.records), table);
      for (const lane of lanes) flush(lane, pages);
      return scan;
    },
    rows: () => lanes.reduce((sum, { builder }) => sum + builder.rows(), 0),
    take: () => lanes.flatMap(({ builder }) => builder.take() ?? []),
    giveBack: (batches) => {
      for (const { kind, columns } of batches) byKind.get(LAYOUTS[kind].kind)?.builder.giveBack(memoryOf(columns));
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

/** Records of a kind often follow each other: their lane is looked up once. */
function sort(words: Int32Array, offsets: Uint32Array, table: readonly (Lane | undefined)[]): void {
  for (let record = 0; record < offsets.length;) {
    const kind = kindAt(words, offsets[record] ?? 0);
    const lane = table[kind];
    let count = lane?.count ?? 0;
    const to = lane?.offsets ?? NOWHERE;
    while (record < offsets.length && kindAt(words, offsets[record] ?? 0) === kind)
      to[count++] = offsets[record++] ?? 0;
    if (lane !== undefined) lane.count = count;
  }
}

/** Of records whose kind is not known: as many as a run may have. */
const NOWHERE = new Uint32Array(RUN);

/** head.kind, u16 at 0; the head begins at a multiple of 8 */
const kindAt = (words: Int32Array, offset: number): number => (words[offset >> 2] ?? 0) & 0xffff;

function flush(lane: Lane, pages: RecordBytes): void {
  if (lane.count > 0) lane.builder.append(pages, lane.offsets, lane.count);
  lane.count = 0;
}
