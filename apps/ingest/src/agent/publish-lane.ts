/**
 * One kind's batches on their way: what waits in memory, then what waits on disk, one send at a time. Order survives
 * retries, because nothing new enters memory while older batches lie on disk.
 */
import { type BatchKind, MapscopeError } from '@mapscope/events';
import { unlessAborted } from '../process/unless-aborted.ts';
import type { PreparedBatch } from './batcher.ts';
import type { Spool } from './spool/spool.ts';

/** The port: what a lane needs of a stream. */
export interface SendNeeds {
  readonly publish: (batch: PreparedBatch) => Promise<void>;
  readonly onProblem: (error: Error, attempt: number) => void;
  /** Waits before try `attempt + 1`; ends early when aborted. */
  readonly pause: (attempt: number, signal: AbortSignal) => Promise<void>;
}

export interface LaneNeeds {
  readonly kind: BatchKind;
  readonly send: SendNeeds;
  readonly spool: Spool;
  readonly givingUp: AbortSignal;
  /** it left memory, for the disk or for good */
  readonly onLeft: (batch: PreparedBatch) => void;
  readonly onEnd: (batch: PreparedBatch, end: 'published' | 'dropped') => void;
}

export interface Lane {
  /** Into memory; not while `isOnDisk`. */
  readonly push: (batch: PreparedBatch) => void;
  /** Behind what is in memory, which goes there first. False: the disk has no room for it. */
  readonly pushToDisk: (batch: PreparedBatch) => boolean;
  readonly isOnDisk: () => boolean;
  /** Runs until nothing waits, or nothing can go any more. */
  readonly run: () => Promise<void>;
}

interface State {
  readonly needs: LaneNeeds;
  readonly inMemory: PreparedBatch[];
  isOnDisk: boolean;
}

export function makeLane(needs: LaneNeeds): Lane {
  const state: State = { needs, inMemory: [], isOnDisk: false };
  return {
    push: (batch) => void state.inMemory.push(batch),
    pushToDisk: (batch) => {
      spill(state);
      return append(state, batch);
    },
    isOnDisk: () => state.isOnDisk,
    run: async () => {
      while (await step(state));
    },
  };
}

function append(state: State, batch: PreparedBatch): boolean {
  const kept = state.needs.spool.append(batch);
  state.isOnDisk ||= kept;
  return kept;
}

/** Kafka is away: what is on disk outlives this process. What the disk does not take stays here. */
function spill(state: State): void {
  const { inMemory, needs } = state;
  for (let [first] = inMemory; first !== undefined && append(state, first); [first] = inMemory) {
    inMemory.shift();
    needs.onLeft(first);
  }
}

/** False: nothing waits, or nothing can go any more. */
async function step(state: State): Promise<boolean> {
  const { needs, inMemory } = state;
  const first = inMemory.shift();
  if (first !== undefined) {
    await sendFromMemory(state, first);
    return true;
  }
  const kept = state.isOnDisk && !needs.givingUp.aborted ? needs.spool.head(needs.kind) : undefined;
  if (kept !== undefined) {
    await sendFromDisk(state, kept);
    return true;
  }
  state.isOnDisk &&= needs.givingUp.aborted;
  return false;
}

async function sendFromMemory(state: State, batch: PreparedBatch): Promise<void> {
  const { needs } = state;
  const end = await publishUntilDone(needs, batch, () => spill(state));
  needs.onLeft(batch);
  if (end === 'given-up' && append(state, batch)) return;
  needs.onEnd(batch, end === 'published' ? end : 'dropped');
}

async function sendFromDisk(state: State, batch: PreparedBatch): Promise<void> {
  const { needs } = state;
  const end = await publishUntilDone(needs, batch, () => spill(state));
  if (end === 'given-up') return;
  needs.spool.done(needs.kind);
  needs.onEnd(batch, end);
}

type End = 'published' | 'dropped' | 'given-up';

/** dropped: it can never be taken; given-up: the queue ends. */
async function publishUntilDone({ send, givingUp }: LaneNeeds, batch: PreparedBatch, onAway: () => void): Promise<End> {
  for (let attempt = 1; !givingUp.aborted; attempt++) {
    try {
      // A send under way at the end may still arrive: its identity tells when it comes again.
      const acknowledged = send.publish(batch).then(() => true);
      return (await unlessAborted(acknowledged, givingUp)) === true ? 'published' : 'given-up';
    } catch (error) {
      const problem = error instanceof Error ? error : new Error(String(error));
      send.onProblem(problem, attempt);
      if (isHopeless(problem)) return 'dropped';
      onAway();
      await send.pause(attempt, givingUp);
    }
  }
  return 'given-up';
}

/** Too large for the broker stays too large; everything else of Kafka may pass. */
function isHopeless(problem: Error): boolean {
  if (!(problem instanceof MapscopeError)) return false;
  return !problem.canRetry || problem.facts['kafkaError'] === 'MESSAGE_TOO_LARGE';
}
