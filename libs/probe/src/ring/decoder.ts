/**
 * Pages of a ring → columns by kind. Pure: the reader maps real pages, tests and benchmarks bring memory of their own.
 * A run of records is sorted into one lane per kind; then each lane copies field by field (builder.ts).
 */
import { LAYOUTS, RING_KINDS } from '../families/layouts.ts';
import type { AnyRawBatch } from '../families/layouts.ts';
import { createBuilder } from './builder.ts';
import type { Builder } from './builder.ts';
import { scanRing } from './cursor.ts';
import type { Scan } from './cursor.ts';
import type { RecordBytes } from './field-copy.ts';

export interface Decoder {
  /** One run: at most `maximum` records from a position on. */
  readonly decode: (pages: RecordBytes, range: DecodeRange) => Scan;
  /** rows waiting to be taken */
  readonly rows: () => number;
  readonly take: () => readonly AnyRawBatch[];
}

export interface DecodeRange {
  readonly from: number;
  readonly producer: number;
  readonly sizeBytes: number;
  readonly maximum: number;
}

/** Each field passes over the run's records again: 512 of 120 bytes still lie in a core's second-level cache. */
const RUN = 512;

interface Lane {
  readonly builder: Builder;
  readonly offsets: Uint32Array;
  count: number;
}

export function createDecoder(): Decoder {
  const lanes = RING_KINDS.map((kind) => ({ kind: LAYOUTS[kind].kind, lane: createLane(createBuilder(kind)) }));
  const all = lanes.map(({ lane }) => lane);
  const byKind = new Map<number, Lane>(lanes.map(({ kind, lane }) => [kind, lane]));
  // head.kind is a u16; few kinds are known, and none above 255.
  const table = Array.from({ length: 256 }, (_, kind) => byKind.get(kind));
  return {
    decode: (pages, range) => {
      const { words } = pages;
      const scan = scanRing(words, { ...range, maximum: Math.min(RUN, range.maximum) }, (offset) => {
        // head.kind, u16 at 0; the head begins at a multiple of 8
        const lane = table[(words[offset >> 2] ?? 0) & 0xffff];
        if (lane !== undefined) lane.offsets[lane.count++] = offset;
      });
      for (const lane of all) flush(lane, pages);
      return scan;
    },
    rows: () => all.reduce((sum, { builder }) => sum + builder.rows(), 0),
    take: () => all.flatMap(({ builder }) => builder.take() ?? []),
  };
}

const createLane = (builder: Builder): Lane => ({ builder, offsets: new Uint32Array(RUN), count: 0 });

function flush(lane: Lane, pages: RecordBytes): void {
  if (lane.count > 0) lane.builder.append(pages, lane.offsets, lane.count);
  lane.count = 0;
}
