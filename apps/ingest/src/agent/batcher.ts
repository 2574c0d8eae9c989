/**
 * Columns of one kind → batches ready to be sent. The identity (agent, boot, family, sequence) is fixed here, before
 * the first send: whatever is sent again later is recognised downstream. Pure: state is the next sequence per kind.
 */
import {
  type AgentId,
  type BatchHeader,
  type BatchKind,
  type ColumnData,
  type Columns,
  TABLES,
  encodeBatch,
  encodeNativeBlock,
} from '@mapscope/events';
import { sliceColumns } from './slice-columns.ts';

export interface AgentIdentity {
  readonly agent: AgentId;
  /** unix nanoseconds of the agent's start */
  readonly boot: bigint;
  readonly service: string;
  readonly platform: string;
}

/** What the ring counted for a kind since the agent's start; zero for kinds that come from no ring. */
export interface RingCount {
  readonly submitted: bigint;
  readonly lost: bigint;
}

export interface PreparedBatch {
  readonly kind: BatchKind;
  readonly rows: number;
  readonly sequence: bigint;
  readonly value: Uint8Array;
}

export interface Batcher {
  /** Usually one batch; more when the rows do not fit into `maxValueBytes`. */
  readonly prepare: (columns: Columns, ring: RingCount) => readonly PreparedBatch[];
}

/** @param family what counts the sequences, where that is not the kind: rows of this agent by another's hand */
export function makeBatcher(identity: AgentIdentity, maxValueBytes: number, family?: string): Batcher {
  const next = new Map<BatchKind, bigint>();

  const prepare = (columns: Columns, ring: RingCount): readonly PreparedBatch[] => {
    if (columns.rows === 0) return [];
    const sequence = next.get(columns.kind) ?? 0n;
    const value = encode(identity, columns, { sequence, ring, family: family ?? columns.kind });
    if (value.length > maxValueBytes && columns.rows > 1) {
      const middle = Math.ceil(columns.rows / 2);
      const halves = [sliceColumns(columns, 0, middle), sliceColumns(columns, middle, columns.rows)];
      return halves.flatMap((half) => prepare(half, ring));
    }
    next.set(columns.kind, sequence + 1n);
    return [{ kind: columns.kind, rows: columns.rows, sequence, value }];
  };
  return { prepare };
}

function encode(
  identity: AgentIdentity,
  columns: Columns,
  { sequence, ring, family }: { readonly sequence: bigint; readonly ring: RingCount; readonly family: string },
): Uint8Array {
  const { kind, rows } = columns;
  const [firstUnixNanos, lastUnixNanos] = timeRange(columns.columns[TABLES[kind][0].name]);
  const header: BatchHeader = {
    ...identity,
    kind,
    family,
    sequence,
    rows,
    firstUnixNanos,
    lastUnixNanos,
    ringSubmitted: ring.submitted,
    ringLost: ring.lost,
  };
  const proof = proofColumns(identity.agent, sequence, rows);
  return encodeBatch(header, encodeNativeBlock(TABLES[kind], rows, { ...columns.columns, ...proof }));
}

/** The proof columns: the same agent and sequence on every row of the batch. */
function proofColumns(agent: AgentId, sequence: bigint, rows: number): Readonly<Record<string, ColumnData>> {
  return {
    agent: { storage: 'dictionary', keys: [agent], indexes: new Uint32Array(rows) },
    batch_seq: { storage: 'u64', values: new BigUint64Array(rows).fill(sequence) },
  };
}

/** The first column of every table is its time. */
function timeRange(ts: ColumnData | undefined): readonly [first: bigint, last: bigint] {
  if (ts?.storage !== 'i64') return [0n, 0n];
  let first = ts.values[0] ?? 0n;
  let last = first;
  for (const value of ts.values) {
    if (value < first) first = value;
    if (value > last) last = value;
  }
  return [first, last];
}
