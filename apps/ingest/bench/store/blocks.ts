/** Batches as agents send them, made by rule from a seed: 20 000 rows of one kind, few sites and routes, many traces. */
import {
  type BatchHeader,
  type BatchKind,
  type ColumnData,
  type ColumnSpec,
  type ColumnType,
  TABLES,
  encodeBatch,
  encodeNativeBlock,
  parseAgentId,
} from '@mapscope/events';

export const KINDS = ['lock_waits', 'http_requests', 'map_events'] as const satisfies readonly BatchKind[];
export type BenchKind = (typeof KINDS)[number];

/** What an agent sends at once from a busy service: a quarter of a second at 80 000 events a second. */
export const ROWS = 20_000;
const ROWS_A_TRACE = 8;
const AGENT = parseAgentId('0123456789abcdef0123456789abcdef');

/** mulberry32: small, seeded, good enough to spread bits. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface MadeBlock {
  readonly kind: BenchKind;
  readonly block: Uint8Array;
  readonly columns: Readonly<Record<string, ColumnData>>;
  readonly firstUnixNanos: bigint;
  readonly lastUnixNanos: bigint;
}

/** Rows of one second, from `firstUnixNanos` on. */
export function makeBlock(kind: BenchKind, seed: number, firstUnixNanos: bigint): MadeBlock {
  const random = randomFrom(seed);
  const specs: readonly ColumnSpec[] = TABLES[kind];
  const step = 1_000_000_000n / BigInt(ROWS);
  const columns = Object.fromEntries(specs.map((spec) => [spec.name, column(spec, random, { firstUnixNanos, step })]));
  const block = encodeNativeBlock(specs, ROWS, columns);
  return { kind, block, columns, firstUnixNanos, lastUnixNanos: firstUnixNanos + step * BigInt(ROWS - 1) };
}

/** The same block under another identity: what is in it does not matter to who counts and inserts it. */
export function toValue({ kind, block, firstUnixNanos, lastUnixNanos }: MadeBlock, sequence: bigint): Uint8Array {
  const header: BatchHeader = {
    kind,
    agent: AGENT,
    boot: 1n,
    family: kind,
    sequence,
    service: 'order',
    platform: 'arch=amd64',
    rows: ROWS,
    firstUnixNanos,
    lastUnixNanos,
    ringSubmitted: 0n,
    ringLost: 0n,
  };
  return encodeBatch(header, block);
}

const each = <T>(make: (i: number) => T): T[] => Array.from({ length: ROWS }, (_, i) => make(i));

interface Times {
  readonly firstUnixNanos: bigint;
  readonly step: bigint;
}

function column({ name, type }: ColumnSpec, random: () => number, times: Times): ColumnData {
  const below = (limit: number): number => Math.floor(random() * limit);
  const makers: Partial<Record<ColumnType, () => ColumnData>> = {
    UInt8: () => ({ storage: 'u8', values: Uint8Array.from(each(() => below(3))) }),
    UInt16: () => ({ storage: 'u16', values: Uint16Array.from(each(() => below(500))) }),
    UInt32: () => ({ storage: 'u32', values: Uint32Array.from(each(() => (name === 'pid' ? 4711 : below(40)))) }),
    UInt64: () => ({ storage: 'u64', values: BigUint64Array.from(each(() => wide(name, below))) }),
    "DateTime64(9, 'UTC')": () => ({
      storage: 'i64',
      values: BigInt64Array.from(each((i) => times.firstUnixNanos + times.step * BigInt(i))),
    }),
    'FixedString(8)': () => ({ storage: 'bytes8', values: perTrace(8, below) }),
    'FixedString(16)': () => ({ storage: 'bytes16', values: perTrace(16, below) }),
    'LowCardinality(String)': () => dictionary(name, below),
    String: () => ({ storage: 'strings', values: each(() => '') }),
  };
  const make = makers[type];
  if (make === undefined) throw new Error(`no rule for column ${name} of type ${type}`);
  return make();
}

/** Durations spread over three decades, addresses and stacks from a few hundred, goroutines from thousands. */
function wide(name: string, below: (limit: number) => number): bigint {
  if (name === 'batch_seq') return 1n;
  if (name.endsWith('_ns')) return BigInt(Math.floor(10 ** (4 + below(3_000) / 1_000)));
  if (name.includes('goid')) return BigInt(1 + below(5_000));
  return 0xc000_0000n + BigInt(below(300)) * 64n;
}

function perTrace(width: number, below: (limit: number) => number): Uint8Array {
  const values = new Uint8Array(ROWS * width);
  for (let row = 0; row < ROWS; row++) {
    if (row % ROWS_A_TRACE > 0) values.copyWithin(row * width, (row - 1) * width, row * width);
    else for (let i = 0; i < width; i++) values[row * width + i] = below(256);
  }
  return values;
}

const DISTINCT: Readonly<Record<string, number>> = { service: 1, platform: 1, agent: 1, method: 3, route: 20 };

function dictionary(name: string, below: (limit: number) => number): ColumnData {
  const distinct = DISTINCT[name] ?? 40;
  const keys = Array.from({ length: distinct }, (_, i) => (name === 'agent' ? AGENT : `main.(*Cache).${name}${i}`));
  return { storage: 'dictionary', keys, indexes: Uint32Array.from({ length: ROWS }, () => below(distinct)) };
}
