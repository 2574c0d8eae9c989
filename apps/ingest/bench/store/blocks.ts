/** Batches as agents send them (src/generate/workload.ts): 20 000 rows of one service and kind, drawn from a seed. */
import {
  type BatchHeader,
  type ColumnData,
  TABLES,
  encodeBatch,
  encodeNativeBlock,
  parseAgentId,
} from '@mapscope/events';
import { type Family, KIND_OF, makeWorkload } from '../../src/generate/workload.ts';

export const FAMILIES = ['lock', 'http', 'map'] as const satisfies readonly Family[];

/** What an agent sends at once from a busy service: a quarter of a second at 80 000 events a second. */
export const ROWS = 20_000;
const SERVICES = 8;
const SEED = 1;
const AGENT = parseAgentId('0123456789abcdef0123456789abcdef');

export interface MadeBlock {
  readonly kind: (typeof KIND_OF)[(typeof FAMILIES)[number]];
  readonly service: string;
  readonly block: Uint8Array;
  readonly columns: Readonly<Record<string, ColumnData>>;
  readonly firstUnixNanos: bigint;
  readonly lastUnixNanos: bigint;
}

/** Rows of one second, from `firstUnixNanos` on; one after another they come from all services. */
export function makeBlock(family: (typeof FAMILIES)[number], number: number, firstUnixNanos: bigint): MadeBlock {
  const { service, draw } = makeWorkload(number % SERVICES, SEED + Math.floor(number / SERVICES));
  const drawn = draw(family, ROWS, { firstUnixNanos, nanos: 1e9 });
  const columns: Record<string, ColumnData> = {
    ...drawn.columns,
    agent: { storage: 'dictionary', keys: [AGENT], indexes: new Uint8Array(ROWS) },
    batch_seq: { storage: 'u64', values: new BigUint64Array(ROWS).fill(BigInt(number)) },
  };
  const kind = KIND_OF[family];
  const block = encodeNativeBlock(TABLES[kind], ROWS, columns);
  return { kind, service: service.name, block, columns, firstUnixNanos, lastUnixNanos: firstUnixNanos + 999_999_999n };
}

/** Blocks of all families in turn, the latest second first. */
export function makeBlocks(aFamily: number, nowUnixNanos: bigint): readonly MadeBlock[] {
  return Array.from({ length: aFamily }).flatMap((_, i) =>
    FAMILIES.map((family) => makeBlock(family, i, nowUnixNanos - BigInt(i + 1) * 1_000_000_000n)),
  );
}

/** The same block under another identity: what is in it does not matter to who counts and inserts it. */
export function toValue(
  { kind, service, block, firstUnixNanos, lastUnixNanos }: MadeBlock,
  sequence: bigint,
): Uint8Array {
  const header: BatchHeader = {
    kind,
    agent: AGENT,
    boot: 1n,
    family: kind,
    sequence,
    service,
    platform: 'arch=amd64',
    rows: ROWS,
    firstUnixNanos,
    lastUnixNanos,
    ringSubmitted: 0n,
    ringLost: 0n,
  };
  return encodeBatch(header, block);
}
