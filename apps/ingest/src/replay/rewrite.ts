/**
 * A recorded batch as a batch of this replay: all times moved by one constant, identity (agent, boot, sequence) and
 * proof columns new, everything that was measured as it was. Pure: state is what was taken so far.
 *
 * agent_status rows say `replay`, and their counts are this replay's own: a replay's ring is the recording, so
 * ring_submitted is what was taken from it and published_rows what was sent on. The recorded counts belong to another
 * agent, and would not match what is counted in the tables under this one's name. ring_lost stays: it is a fact of the run.
 */
import {
  type AgentId,
  type Batch,
  type BatchHeader,
  type BatchKind,
  type ColumnData,
  type NativeBlock,
  type NativeColumn,
  type ColumnType,
  decodeNativeBlock,
  encodeBatch,
  encodeNativeBlock,
} from '@mapscope/events';
import type { PreparedBatch } from '../agent/batcher.ts';
import { type Tally, emptyTally, note } from '../agent/tally.ts';

export interface ReplayIdentity {
  readonly agent: AgentId;
  /** unix nanoseconds of the replay's start */
  readonly boot: bigint;
  readonly shiftNanos: bigint;
}

export interface Rewriter {
  /** Batches in the order of the recording; the one before is sent when the next is asked for. */
  readonly rewrite: (recorded: Batch) => PreparedBatch;
  /** What ends a replay whose recording, or whose sending, ended early: the last status again, as final; else undefined. */
  readonly finalStatus: () => PreparedBatch | undefined;
  readonly taken: Tally;
}

export const REPLAY_STATE = 'replay';

export function makeRewriter(identity: ReplayIdentity): Rewriter {
  const taken = emptyTally();
  let lastStatus: Batch | undefined;
  let isFinal = false;
  const send = (recorded: Batch, final: boolean): PreparedBatch => {
    const { kind, rows } = recorded.header;
    const sequence = BigInt(taken[kind].batches);
    const block = decodeNativeBlock(recorded.block);
    if (kind === 'agent_status') {
      lastStatus = recorded;
      isFinal ||= final || saysFinal(block);
    }
    note(taken, recorded.header);
    const value = encode(recorded.header, block, { ...identity, sequence, taken, final });
    return { kind, rows, sequence, value };
  };
  return {
    rewrite: (recorded) => send(recorded, false),
    finalStatus: () => (isFinal || lastStatus === undefined ? undefined : send(lastStatus, true)),
    taken,
  };
}

interface Replayed extends ReplayIdentity {
  readonly sequence: bigint;
  readonly taken: Tally;
  readonly final: boolean;
}

function encode(header: BatchHeader, block: NativeBlock, as: Replayed): Uint8Array {
  // The recorded columns, not today's table: columns appended since then get their defaults, as from any older agent.
  const specs = block.columns.map(({ name, type }) => ({ name, type: checkedType(type) }));
  const counts = header.kind === 'agent_status' ? statusColumns(block, as) : {};
  const columns = block.columns.map((column) => [column.name, moved(column, block.rows, as)] as const);
  const rewritten: BatchHeader = {
    ...header,
    agent: as.agent,
    boot: as.boot,
    sequence: as.sequence,
    firstUnixNanos: header.firstUnixNanos + as.shiftNanos,
    lastUnixNanos: header.lastUnixNanos + as.shiftNanos,
    // Kinds that come from no ring have zero there.
    ringSubmitted: header.ringSubmitted === 0n ? 0n : BigInt(as.taken[header.kind].rows),
  };
  return encodeBatch(rewritten, encodeNativeBlock(specs, block.rows, { ...Object.fromEntries(columns), ...counts }));
}

/** decodeNativeBlock gives no other types. */
const checkedType = (type: string): ColumnType => type as ColumnType;

const TIME: ColumnType = "DateTime64(9, 'UTC')";

function moved({ name, type, data }: NativeColumn, rows: number, as: Replayed): ColumnData {
  if (name === 'agent') return same(as.agent, rows);
  if (name === 'batch_seq') return { storage: 'u64', values: new BigUint64Array(rows).fill(as.sequence) };
  // Zero is no time: it stands for none.
  if (type === TIME && data.storage === 'i64') {
    return { storage: 'i64', values: data.values.map((nanos) => (nanos === 0n ? 0n : nanos + as.shiftNanos)) };
  }
  return data;
}

function statusColumns(block: NativeBlock, { taken, final }: Replayed): Readonly<Record<string, ColumnData>> {
  const kinds = families(block);
  const u64 = (of: (kind: string) => number): ColumnData => ({
    storage: 'u64',
    values: BigUint64Array.from(kinds, (kind) => BigInt(of(kind))),
  });
  const rowsOf = (kind: string): number => (isKind(taken, kind) ? taken[kind].rows : 0);
  return {
    state: same(REPLAY_STATE, block.rows),
    ring_submitted: u64(rowsOf),
    published_rows: u64(rowsOf),
    published_batches: u64((kind) => (isKind(taken, kind) ? taken[kind].batches : 0)),
    ...(final ? { final: { storage: 'u8', values: new Uint8Array(block.rows).fill(1) } } : {}),
  };
}

const isKind = (taken: Tally, kind: string): kind is BatchKind => Object.hasOwn(taken, kind);

const column = (block: NativeBlock, name: string): ColumnData | undefined =>
  block.columns.find((each) => each.name === name)?.data;

/** The kind each status row counts. */
function families(block: NativeBlock): readonly string[] {
  const data = column(block, 'family');
  if (data?.storage !== 'dictionary') return Array.from({ length: block.rows }, () => '');
  return Array.from(data.indexes, (index) => data.keys[index] ?? '');
}

function saysFinal(block: NativeBlock): boolean {
  const data = column(block, 'final');
  return data?.storage === 'u8' && data.values.includes(1);
}

const same = (text: string, rows: number): ColumnData => ({
  storage: 'dictionary',
  keys: [text],
  indexes: new Uint32Array(rows),
});
