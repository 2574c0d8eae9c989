/** For tests: one partition, a store that obeys tokens and a group that keeps a commit, all in memory. */
import { type BatchKind, MapscopeError, decodeNativeBlock, parseAgentId } from '@mapscope/events';
import type { Committed, PartitionClaim, PartitionWork, StreamMessage } from '@mapscope/stream';
import { makeBatcher } from '../../agent/batcher.ts';
import { fillColumns } from '../../testing/fill-columns.ts';
import { makeBudget } from '../budget.ts';
import { makeWriterCounters } from '../counters.ts';
import { type PartitionNeeds, partitionWriter } from '../partition-writer.ts';
import type { LedgerEntry, SinkPort, Step } from '../sink.ts';

export const STEPS = [
  'cut',
  'intended',
  'inserting',
  'inserted',
  'recorded',
  'committed',
] as const satisfies readonly Step[];

export const AGENT = parseAgentId('a'.repeat(32));

export interface MemoryStore extends SinkPort {
  /** kind and batch_seq of every row, in the order they came */
  readonly rows: { readonly kind: string; readonly sequence: bigint }[];
  readonly inserts: { readonly kind: string; readonly token: string; readonly batches: number }[];
  readonly ledger: LedgerEntry[];
  /** throws what the store should answer, if it should */
  refuse: (kind: BatchKind, blocks: readonly Uint8Array[]) => void;
}

export function memoryStore(): MemoryStore {
  const tokens = new Set<string>();
  const store: MemoryStore = {
    rows: [],
    inserts: [],
    ledger: [],
    refuse: () => undefined,
    insertBlocks: async (kind, blocks, token) => {
      await Promise.resolve();
      store.refuse(kind, blocks);
      const decoded = blocks.map((block) => decodeNativeBlock(block));
      if (tokens.has(`${kind} ${token}`)) return;
      const rows = decoded.flatMap(({ rows: count, columns }) => {
        const data = columns.find(({ name }) => name === 'batch_seq')?.data;
        const sequences = data?.storage === 'u64' ? [...data.values] : [];
        return sequences.slice(0, count).map((sequence) => ({ kind, sequence }));
      });
      if (rows.length === 0) return;
      tokens.add(`${kind} ${token}`);
      store.inserts.push({ kind, token, batches: blocks.length });
      store.rows.push(...rows);
    },
    recordBatches: async (entries, token) => {
      await Promise.resolve();
      if (tokens.has(`ledger ${token}`)) return;
      tokens.add(`ledger ${token}`);
      store.ledger.push(...entries);
    },
    storedSequences: async ({ kind }, from) =>
      store.ledger
        .filter((entry) => entry.kind === kind && entry.sequence >= from)
        .map(({ sequence }) => sequence)
        .toSorted((a, b) => Number(a - b))
        .map((sequence) => ({ first: sequence, last: sequence })),
  };
  return store;
}

/** batch_seq → rows in the store */
export function stored(store: MemoryStore, kind: BatchKind): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const row of store.rows)
    if (row.kind === kind) counts[String(row.sequence)] = (counts[String(row.sequence)] ?? 0) + 1;
  return counts;
}
/** A topic's partition with a group's commit. */
export interface MemoryPartition {
  readonly messages: StreamMessage[];
  readonly letters: { readonly offset: string; readonly code: string }[];
  readonly commits: Committed[];
}

export const memoryPartition = (): MemoryPartition => ({ messages: [], letters: [], commits: [] });

export function append(partition: MemoryPartition, values: readonly (Uint8Array | null)[]): void {
  for (const value of values) {
    const offset = String(partition.messages.length);
    partition.messages.push({ topic: 't', partition: 4, offset, key: 'k', value, headers: {}, timestampMillis: 0 });
  }
}

/** `count` batches of `rows` rows, sequences from 0 on. */
export function batchesOf(kind: BatchKind, count: number, rows = 3): readonly Uint8Array[] {
  const batcher = makeBatcher({ agent: AGENT, boot: 9n, service: 's', platform: 'p' }, 8 * 1024 * 1024);
  return Array.from({ length: count }, () =>
    batcher.prepare(fillColumns(kind, rows), { submitted: 0n, lost: 0n }),
  ).flatMap((prepared) => prepared.map(({ value }) => value));
}

export interface Owner {
  readonly work: PartitionWork;
  readonly lose: () => void;
  readonly isPaused: () => boolean;
  readonly problems: Error[];
  readonly totals: () => ReturnType<ReturnType<typeof makeWriterCounters>['totals']>;
  /** gives it everything from the committed place on */
  readonly feed: () => Promise<void>;
}

export interface OwnerOptions extends Partial<Pick<PartitionNeeds, 'bounds' | 'drainMillis'>> {
  /** the owner loses the partition at this step, as if it had been killed there */
  readonly diesAt?: Step;
  /** the process stands still there, for longer than an intent is fresh */
  readonly stallsAt?: Step;
}

const SMALL = { rows: 30, bytes: 1_000_000, millis: 5 };

function claimOf(partition: MemoryPartition, lost: AbortSignal) {
  let isPaused = false;
  const claim: PartitionClaim = {
    topic: 't',
    partition: 4,
    committed: partition.commits.at(-1),
    lost,
    commit: async (offset, note) => {
      await Promise.resolve();
      // The broker refuses a member of an earlier generation.
      if (lost.aborted) throw new MapscopeError('KAFKA_REFUSED', 'ILLEGAL_GENERATION');
      partition.commits.push({ offset, note });
    },
    pause: () => void (isPaused = true),
    resume: () => void (isPaused = false),
  };
  return { claim, isPaused: () => isPaused };
}

type Means = Pick<PartitionNeeds, 'counters' | 'onProblem' | 'onStep' | 'nowMillis'>;

function needsOf(partition: MemoryPartition, store: MemoryStore, options: OwnerOptions, means: Means): PartitionNeeds {
  return {
    ...means,
    sink: store,
    deadLetter: async ({ offset }, { code }) => void partition.letters.push({ offset, code }),
    onDeadLetter: () => undefined,
    pause: () => new Promise((resolve) => setTimeout(resolve, 1)),
    unixMillis: Date.now,
    bounds: options.bounds ?? SMALL,
    budget: makeBudget(1_000_000_000),
    drainMillis: options.drainMillis ?? 1_000,
  };
}

export function own(partition: MemoryPartition, store: MemoryStore, options: OwnerOptions = {}): Owner {
  const losing = new AbortController();
  const problems: Error[] = [];
  const counters = makeWriterCounters();
  const { claim, isPaused } = claimOf(partition, losing.signal);
  let stalledMillis = 0;
  const needs = needsOf(partition, store, options, {
    nowMillis: () => performance.now() + stalledMillis,
    counters,
    onProblem: (error) => void problems.push(error),
    onStep: (step) => {
      if (step === options.diesAt) losing.abort();
      if (step === options.stallsAt) stalledMillis = 60_000;
    },
  });
  const work = partitionWriter(needs)(claim);
  const from = Number(claim.committed?.offset ?? 0n);
  return {
    work,
    problems,
    lose: () => losing.abort(),
    isPaused,
    totals: counters.totals,
    feed: async () => {
      for (let at = from; at < partition.messages.length; at += 7)
        await work.take(partition.messages.slice(at, at + 7));
    },
  };
}
