/**
 * Question: how many events a second does one core turn from the ring into a block, and into what is published?
 * Fair: memory laid out as the ring has it, read by the code the agent runs: cursor, builders, rows, Native block; then
 * header and CRC-32C (encodeBatch) and zstd at the level libs/stream sets. Time is CPU time of this whole process, the
 * garbage collector's threads included, so a busy machine does not count. Prints one JSON object.
 */
import { constants, zstdCompressSync } from 'node:zlib';
import type { Columns } from '@mapscope/events';
import type { AnyRawBatch, RingKind } from '../../src/families/layouts.ts';
import { createDecoder } from '../../src/ring/decoder.ts';
import { MAXIMUM_ROWS } from '../../src/ring/pace.ts';
import { createRowMaker } from '../../src/rows/row-maker.ts';
import { createTimeAnchor } from '../../src/rows/time-anchor.ts';
import { createStackTable } from '../../src/symbols/stack-table.ts';
import { agentValue, nativeBlock } from '../agent-value.ts';
import { fillRing } from './fill-ring.ts';
import type { FilledRing } from './fill-ring.ts';

const RING_BYTES = 4 << 20;
const loadsInOrder = process.arch === 'x64';
const RUNS = 9;
const RUN_MICROS = 250_000;
const WARM_UP_MICROS = 800_000;
/** libs/stream/src/codec.ts */
const ZSTD_LEVEL = 1;
const MIXES: Readonly<Record<string, readonly RingKind[]>> = {
  lock_waits: ['lock_waits'],
  map_events: ['map_events'],
  http_requests: ['http_requests'],
  gc_events: ['gc_events'],
};

/** Stands still: the wall clock does not step while we measure. */
const clock = { unixNanos: () => 1_790_000_000_000_000_000n, monotonicNanos: () => 1_000_000_000_000n };
const origin = { service: 'bench', platform: 'arch=amd64', pid: 4711, buildId: 'b' };
const frames = (address: number) =>
  ['sync.(*Mutex).lockSlow', 'sync.(*Mutex).Lock', `main.(*Cache).Get${address % 40}`, 'main.handle'].map(
    (name, index) => ({ function: name, file: `/src/${name.slice(0, 4)}.go`, line: 10 + index }),
  );
const stacks = createStackTable({
  addresses: (id) => [BigInt(0x40_0000 + id)],
  frames,
  loadBias: 0n,
  buildId: origin.buildId,
});
const anchor = createTimeAnchor(clock);
const mapType = () => undefined;
const needs = { origin, stacks, clock, anchor, callerless: new Set<number>(), mapType, panicValues: false };

function createPipeline(ring: FilledRing): () => readonly Columns[] {
  const decoder = createDecoder();
  let lent: readonly AnyRawBatch[] = [];
  const makeRows = createRowMaker({ ...needs, typeName: () => undefined });
  /** One batch as the reader's thread takes it: at most MAXIMUM_ROWS, from the ring's beginning. */
  return () => {
    let from = 0;
    const { producer, sizeBytes } = ring;
    while (from < producer && decoder.rows() < MAXIMUM_ROWS) {
      const maximum = MAXIMUM_ROWS - decoder.rows();
      from = decoder.decode(ring, { from, producer, sizeBytes, maximum, loadsInOrder }).position;
    }
    // Lent until the next call, as on the main thread until the batch's memory goes back to the reader's.
    decoder.giveBack(lent);
    lent = decoder.take();
    return makeRows(lent);
  };
}

/** CPU seconds per event of each run, after one that only warms up. */
function measure(batch: () => number): readonly number[] {
  secondsPerEvent(batch, WARM_UP_MICROS);
  return Array.from({ length: RUNS }, () => secondsPerEvent(batch, RUN_MICROS));
}

function secondsPerEvent(batch: () => number, atLeastMicros: number): number {
  const before = process.cpuUsage();
  let rows = 0;
  for (;;) {
    rows += batch();
    const { user, system } = process.cpuUsage(before);
    if (user + system >= atLeastMicros) return ((user + system) * 1e-6) / rows;
  }
}

const total = (all: readonly Columns[]): number => all.reduce((sum, { rows }) => sum + rows, 0);
const compress = (value: Uint8Array): number =>
  zstdCompressSync(value, { params: { [constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL } }).length;

const only = process.argv[2];
const results = Object.entries(MIXES)
  .filter(([name]) => only === undefined || name === only)
  .map(([name, kinds]) => {
    const ring = fillRing(kinds, RING_BYTES);
    const columns = createPipeline(ring);
    const one = columns();
    const rows = total(one);
    const blockBytes = one.reduce((sum, each) => sum + nativeBlock(each).length, 0);
    const packedBytes = one.reduce((sum, each) => sum + compress(agentValue(each)), 0);
    const toBlock = measure(() => {
      const made = columns();
      for (const each of made) nativeBlock(each);
      return total(made);
    });
    const toPublished = measure(() => {
      const made = columns();
      for (const each of made) compress(agentValue(each));
      return total(made);
    });
    return {
      name,
      recordBytes: ring.producer / ring.records,
      blockBytes: blockBytes / rows,
      packedBytes: packedBytes / rows,
      toBlock,
      toPublished,
    };
  });
process.stdout.write(`${JSON.stringify({ mixes: results })}\n`);
