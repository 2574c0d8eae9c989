/**
 * Question: how many events a second does one core turn from the ring into a block, and into what is published?
 * Fair: memory laid out as the ring has it, read by the code the agent runs: cursor, builders, rows, Native block; then
 * header and CRC-32C (encodeBatch) and zstd as libs/stream sets it. Time is CPU time of this whole process, the garbage
 * collector's threads included. Others on the machine still cost caches, so each run also measures what one copy of the
 * same records costs (memcpy), right before: the ratio tells more than the rate. Prints one JSON object.
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
/** libs/stream/src/codec.ts; the output in one piece, as there */
const ZSTD = { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_hashLog]: 12 };
const MIXES: Readonly<Record<string, readonly RingKind[]>> = {
  lock_waits: ['lock_waits'],
  map_events: ['map_events'],
  http_requests: ['http_requests'],
  gc_events: ['gc_events'],
  mixed: ['lock_waits', 'http_requests', 'gc_events', 'lock_waits', 'map_events'],
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
    // Lent until here, as on the main thread until the batch's memory goes back to the reader's.
    decoder.giveBack(lent);
    let from = 0;
    const { producer, sizeBytes } = ring;
    while (from < producer && decoder.rows() < MAXIMUM_ROWS) {
      const maximum = MAXIMUM_ROWS - decoder.rows();
      from = decoder.decode(ring, { from, producer, sizeBytes, maximum, loadsInOrder }).position;
    }
    lent = decoder.take();
    return makeRows(lent);
  };
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
  zstdCompressSync(value, {
    params: ZSTD,
    pledgedSrcSize: value.length,
    chunkSize: value.length + (value.length >> 8) + 1024,
  }).length;

/** The same records, copied once to where those of the batch before lie. */
function createCopy({ bytes, producer, records }: FilledRing): () => number {
  const from = bytes.subarray(0, producer);
  const to = new Uint8Array(producer);
  return () => {
    to.set(from);
    return records;
  };
}

/** CPU seconds per event, run by run, after one of each that only warms up. */
function measure(kinds: readonly RingKind[]) {
  const ring = fillRing(kinds, RING_BYTES);
  const columns = createPipeline(ring);
  const through = (finish: (one: Columns) => unknown) => () => {
    const made = columns();
    for (const one of made) finish(one);
    return total(made);
  };
  const ways = [createCopy(ring), through(nativeBlock), through((one) => compress(agentValue(one)))];
  for (const way of ways) secondsPerEvent(way, WARM_UP_MICROS);
  const runs = Array.from({ length: RUNS }, () => ways.map((way) => secondsPerEvent(way, RUN_MICROS)));
  const [copied, toBlock, toPublished] = ways.map((_, way) => runs.map((run) => run[way]));
  return { ...sizes(ring, columns()), copied, toBlock, toPublished };
}

function sizes({ producer, records }: FilledRing, made: readonly Columns[]) {
  const perEvent = (bytesOf: (one: Columns) => number): number =>
    made.reduce((sum, one) => sum + bytesOf(one), 0) / total(made);
  return {
    recordBytes: producer / records,
    blockBytes: perEvent((one) => nativeBlock(one).length),
    packedBytes: perEvent((one) => compress(agentValue(one))),
  };
}

const only = process.argv[2];
const mixes = Object.entries(MIXES)
  .filter(([name]) => only === undefined || name === only)
  .map(([name, kinds]) => ({ name, ...measure(kinds) }));
process.stdout.write(`${JSON.stringify({ mixes })}\n`);
