/**
 * Between probe and Kafka: bounded, ordered, retrying, and honest about what it cannot keep.
 *
 *   offer ─► [lock_waits:   b3 b2 b1] ─► publish b1 … acknowledged ─► b2 …      one lane per kind, one send at a time:
 *            [http_requests:   b2 b1] ─► publish b1 …                           order per kind survives retries
 *            [stacks:             b1] ─► …
 *
 * Over all lanes, and over all queues that share a room, at most maxBatches and maxBytes wait. At the bound the newest
 * batch is dropped and counted: its sequence number is then missing downstream, and the agent's status shows
 * ring_submitted above published_rows.
 * While Kafka is away, batches wait and are tried again with growing pauses.
 */
import { type BatchKind, MapscopeError } from '@mapscope/events';
import { unlessAborted } from '../process/unless-aborted.ts';
import type { PreparedBatch } from './batcher.ts';
import type { QueueRoom } from './queue-room.ts';
import { type Tally, emptyTally, note } from './tally.ts';

export interface PublishQueue {
  /** False: it was full and the batch was dropped (and counted). */
  readonly offer: (batch: PreparedBatch) => boolean;
  /** Resolves with true when nothing waits any more, with false when `deadline` is aborted first: then the rest is dropped and counted. */
  readonly drain: (deadline: AbortSignal) => Promise<boolean>;
  readonly published: Tally;
  readonly dropped: Tally;
  readonly waitingBatches: number;
  readonly waitingBytes: number;
}

/** The port: what the queue needs of a stream. */
export interface QueueNeeds {
  readonly publish: (batch: PreparedBatch) => Promise<void>;
  readonly onProblem: (error: Error, attempt: number) => void;
  /** Waits before try `attempt + 1`; ends early when aborted. */
  readonly pause: (attempt: number, signal: AbortSignal) => Promise<void>;
}

interface Lane {
  readonly batches: PreparedBatch[];
  running: boolean;
}

interface State {
  readonly needs: QueueNeeds;
  readonly room: QueueRoom;
  readonly lanes: Map<BatchKind, Lane>;
  readonly published: Tally;
  readonly dropped: Tally;
  readonly givingUp: AbortController;
  readonly whenIdle: (() => void)[];
  waitingBatches: number;
  waitingBytes: number;
}

export function makePublishQueue(needs: QueueNeeds, room: QueueRoom): PublishQueue {
  const state: State = {
    needs,
    room,
    lanes: new Map(),
    published: emptyTally(),
    dropped: emptyTally(),
    givingUp: new AbortController(),
    whenIdle: [],
    waitingBatches: 0,
    waitingBytes: 0,
  };
  return {
    offer: (batch) => offer(state, batch),
    drain: (deadline) => drain(state, deadline),
    published: state.published,
    dropped: state.dropped,
    get waitingBatches() {
      return state.waitingBatches;
    },
    get waitingBytes() {
      return state.waitingBytes;
    },
  };
}

function offer(state: State, batch: PreparedBatch): boolean {
  if (!state.room.enter(batch.value.length)) {
    note(state.dropped, batch);
    return false;
  }
  const lane = state.lanes.get(batch.kind) ?? { batches: [], running: false };
  state.lanes.set(batch.kind, lane);
  lane.batches.push(batch);
  state.waitingBatches += 1;
  state.waitingBytes += batch.value.length;
  if (!lane.running) void runLane(state, lane);
  return true;
}

async function runLane(state: State, lane: Lane): Promise<void> {
  lane.running = true;
  for (let head = lane.batches[0]; head !== undefined; head = lane.batches[0]) {
    const acknowledged = await publishUntilDone(state.needs, head, state.givingUp.signal);
    lane.batches.shift();
    state.waitingBatches -= 1;
    state.waitingBytes -= head.value.length;
    state.room.leave(head.value.length);
    note(acknowledged ? state.published : state.dropped, head);
  }
  lane.running = false;
  if (state.waitingBatches === 0) for (const done of state.whenIdle.splice(0)) done();
}

async function drain(state: State, deadline: AbortSignal): Promise<boolean> {
  if (state.waitingBatches === 0) return true;
  const idle = new Promise<void>((resolve) => state.whenIdle.push(resolve));
  const giveUp = (): void => state.givingUp.abort();
  if (deadline.aborted) giveUp();
  deadline.addEventListener('abort', giveUp, { once: true });
  await idle;
  deadline.removeEventListener('abort', giveUp);
  return !state.givingUp.signal.aborted;
}

/** True: acknowledged. False: given up, because it can never be taken or because the queue ends. */
async function publishUntilDone(needs: QueueNeeds, batch: PreparedBatch, givingUp: AbortSignal): Promise<boolean> {
  for (let attempt = 1; !givingUp.aborted; attempt++) {
    try {
      // A send under way at the end may still arrive: it counts as dropped here, and as a batch downstream.
      const acknowledged = needs.publish(batch).then(() => true);
      return (await unlessAborted(acknowledged, givingUp)) ?? false;
    } catch (error) {
      const problem = error instanceof Error ? error : new Error(String(error));
      needs.onProblem(problem, attempt);
      if (isHopeless(problem)) return false;
      await needs.pause(attempt, givingUp);
    }
  }
  return false;
}

/** Too large for the broker stays too large; everything else of Kafka may pass. */
function isHopeless(problem: Error): boolean {
  if (!(problem instanceof MapscopeError)) return false;
  return !problem.canRetry || problem.facts['kafkaError'] === 'MESSAGE_TOO_LARGE';
}
