/**
 * A child process of infra/fuzz/batches.ts: bent batches through the writer's verification, and some of those that pass it into a
 * real engine. One argument, JSON: FuzzOrder. Its last line on stdout is the JSON of a FuzzOutcome. A crash is seen by the starter.
 */
import { MapscopeError } from '@mapscope/events';
import type { StreamMessage } from '@mapscope/stream';
import { seeded } from '../../generate/chance.ts';
import { heldMemory } from '../../testing/held-memory.ts';
import { blockFault } from '../block-fault.ts';
import { dataAtFault } from '../data-at-fault.ts';
import { type BatchEntry, type Entry, toEntry } from '../entry.ts';
import { type EngineTrial, openTrial } from './fuzz-engine.ts';
import { goodBatches } from './good-batches.ts';
import { mutate } from './mutate.ts';

export interface FuzzOrder {
  readonly count: number;
  readonly seed: number;
  readonly maxSeconds: number;
  /** absent: verification only */
  readonly clickhouseUrl?: string;
  /** of those that pass verification, so many go into the engine */
  readonly inserts: number;
}

export interface FuzzOutcome {
  readonly batches: number;
  readonly seconds: number;
  readonly inputBytes: number;
  /** by depth and what became of them */
  readonly outcomes: Readonly<Record<string, number>>;
  /** what is held for a batch that waits for its block, over its own size; the worst of all rounds */
  readonly heldOverInput: number;
  readonly inserted: number;
  readonly refused: number;
  /** empty when all is well */
  readonly faults: readonly string[];
}

const EMPTY = new Uint8Array();
const MESSAGE = { topic: 't', partition: 0, offset: '0', key: 'k', headers: {}, timestampMillis: 0 };
const hex = (value: Uint8Array | null): string =>
  Buffer.from(value ?? EMPTY)
    .subarray(0, 300)
    .toString('hex');
const ROUND = 2_000;
/** About one in so many passes verification. */
const VERIFIED = 3;
const MAX_FAULTS = 20;

// The argument is written by the starter.
const order = JSON.parse(process.argv[2] ?? '{}') as FuzzOrder;
const random = seeded(order.seed);
const samples = goodBatches();
const trial = order.clickhouseUrl === undefined ? undefined : await openTrial(order.clickhouseUrl);
const faults: string[] = [];
const outcomes: Record<string, number> = {};
const began = performance.now();
const seconds = (): number => (performance.now() - began) / 1000;
let [batches, inputBytes, heldOverInput] = [0, 0, 0];

while (batches < order.count && seconds() < order.maxSeconds && faults.length < MAX_FAULTS) await round();
await trial?.settle(faults);
const { inserted = 0, refused = 0 } = trial?.counts() ?? {};
const outcome: FuzzOutcome = {
  batches,
  inputBytes,
  outcomes,
  inserted,
  refused,
  faults,
  seconds: Math.round(seconds() * 10) / 10,
  heldOverInput: Math.round(heldOverInput * 100) / 100,
};
process.stdout.write(`${JSON.stringify(outcome)}\n`);
process.exit(0);

/** As many messages as a writer may hold, with what it holds for them. */
async function round(): Promise<void> {
  const messages = Array.from({ length: Math.min(ROUND, order.count - batches) }, () => message());
  const sizeBytes = messages.reduce((sum, { value }) => sum + (value?.length ?? 0), 0);
  const before = await heldMemory(2);
  const entries = messages.map(({ value, depth }) => ({ depth, entry: verified({ ...MESSAGE, value }) }));
  // The messages themselves are held before and after.
  heldOverInput = Math.max(heldOverInput, (sizeBytes + (await heldMemory(2)) - before) / sizeBytes);
  batches += messages.length;
  inputBytes += sizeBytes;
  for (const { depth, entry } of entries) if (entry !== undefined) await judge(depth, entry);
}

function message(): { readonly depth: string; readonly value: Uint8Array } {
  const pick = (): Uint8Array => samples[Math.floor(random() * samples.length)] ?? new Uint8Array();
  return mutate(pick(), pick(), random);
}

function verified(received: StreamMessage): Entry | undefined {
  try {
    return toEntry(received);
  } catch (error) {
    faults.push(`verification threw ${String(error)} for ${hex(received.value)}`);
    return undefined;
  }
}

async function judge(depth: string, entry: Entry): Promise<void> {
  count(`${depth} ${entry.kind === 'fault' ? entry.reason.code : 'verified'}`);
  if (entry.kind === 'fault') return;
  const { batch, message: received } = entry;
  // What damage did not change is whole; what it did change is never believed, unless the checksums were made right.
  if (depth === 'bytes' && !samples.some((sample) => Buffer.compare(sample, received.value ?? EMPTY) === 0))
    faults.push(`damaged and believed: ${hex(received.value)}`);
  try {
    blockFault(batch);
  } catch (error) {
    faults.push(`looking into a block threw ${String(error)} for ${hex(received.value)}`);
  }
  if (trial !== undefined && random() < (VERIFIED * order.inserts) / order.count) await attempt(trial, entry);
}

async function attempt(engine: EngineTrial, entry: BatchEntry): Promise<void> {
  try {
    await engine.insert(entry.batch);
  } catch (error) {
    if (!isRefusal(error, entry)) faults.push(`the engine answered ${String(error)} to ${hex(entry.batch.block)}`);
  }
}

/** As the writer sees it: refused, or called a passing trouble that is the data's. */
function isRefusal(error: unknown, entry: BatchEntry): boolean {
  if (!(error instanceof MapscopeError)) return false;
  const group = { kind: entry.batch.header.kind, entries: [entry] };
  return error.code === 'CLICKHOUSE_REFUSED' || dataAtFault(group, error).kind === 'faults';
}

function count(name: string): void {
  outcomes[name] = (outcomes[name] ?? 0) + 1;
}
