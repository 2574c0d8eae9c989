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
  createBlockEncoder,
  encodeBatch,
} from '@mapscope/events';
import { makeProof, type ProofColumns } from './proof-columns.ts';
import { sliceColumns } from './slice-columns.ts';
import { timeRange } from './time-range.ts';

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
  const encode = makeEncoder(identity);

  const prepare = (columns: Columns, ring: RingCount): readonly PreparedBatch[] => {
    if (columns.rows === 0) return [];
    const sequence = next.get(columns.kind) ?? 0n;
    const value = encode(columns, { sequence, ring, family: family ?? columns.kind });
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

interface Told {
  readonly sequence: bigint;
  readonly ring: RingCount;
  readonly family: string;
}

/** Block after block in the same memory; a value is a copy of its own. */
function makeEncoder(identity: AgentIdentity): (columns: Columns, told: Told) => Uint8Array {
  const encodeBlock = createBlockEncoder();
  const proof: ProofColumns = makeProof(identity.agent);
  return ({ kind, rows, columns }, { sequence, ring, family }) => {
    const [firstUnixNanos, lastUnixNanos] = timesOf(columns[TABLES[kind][0].name]);
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
    return encodeBatch(header, encodeBlock(TABLES[kind], rows, { ...columns, ...proof(sequence, rows) }));
  };
}

/** The first column of every table is its time. */
const timesOf = (ts: ColumnData | undefined): readonly [first: bigint, last: bigint] =>
  ts?.storage === 'i64' ? timeRange(ts.values) : [0n, 0n];
