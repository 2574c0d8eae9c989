/**
 * Between probe and Kafka: bounded, ordered, retrying, and honest about what it cannot keep.
 *
 *   offer ─► [lock_waits:   b3 b2 b1] ─► publish b1 … acknowledged ─► b2 …      one lane per kind, one send at a time:
 *            [http_requests:   b2 b1] ─► publish b1 …                           order per kind survives retries
 *            [stacks:             b1] ─► …
 *                  │ room is full, or Kafka is away
 *                  └────► spool on disk ─► the same lane, when its turn comes
 *
 * Over all lanes, and over all queues that share a room, at most maxBatches and maxBytes wait in memory; what has no room
 * there, and what waits when a send fails, goes to the spool. What has no room there either is dropped and counted: its
 * sequence number is then missing downstream, and the agent's status shows ring_submitted above published_rows.
 */
import type { BatchKind } from '@mapscope/events';
import type { PreparedBatch } from './batcher.ts';
import { type Lane, type SendNeeds, makeLane } from './publish-lane.ts';
import type { QueueRoom } from './queue-room.ts';
import type { Kept, Spool } from './spool/spool.ts';
import { type Tally, emptyTally, note } from './tally.ts';

export interface PublishQueue {
  /** False: there was no room and the batch was dropped (and counted). */
  readonly offer: (batch: PreparedBatch) => boolean;
  /**
   * Resolves with true when nothing waits any more, with false when `deadline` is aborted first: the rest is then on disk,
   * or dropped and counted.
   */
  readonly drain: (deadline: AbortSignal) => Promise<boolean>;
  readonly published: Tally;
  readonly dropped: Tally;
  /** on disk, for now or for the next agent */
  readonly spooled: () => readonly Kept[];
  readonly waitingBatches: number;
  readonly waitingBytes: number;
}

export interface QueueNeeds extends SendNeeds {
  /** onShed: what the spool gave up for something more important. */
  readonly openSpool: (onShed: (batch: Kept) => void) => Spool;
}

interface State {
  readonly needs: QueueNeeds;
  readonly room: QueueRoom;
  readonly spool: Spool;
  readonly lanes: Map<BatchKind, Lane>;
  readonly running: Set<Lane>;
  readonly published: Tally;
  readonly dropped: Tally;
  readonly givingUp: AbortController;
  readonly whenIdle: (() => void)[];
  waitingBatches: number;
  waitingBytes: number;
}

export function makePublishQueue(needs: QueueNeeds, room: QueueRoom): PublishQueue {
  const dropped = emptyTally();
  const state: State = {
    needs,
    room,
    spool: needs.openSpool((batch) => note(dropped, batch)),
    lanes: new Map(),
    running: new Set(),
    published: emptyTally(),
    dropped,
    givingUp: new AbortController(),
    whenIdle: [],
    waitingBatches: 0,
    waitingBytes: 0,
  };
  return {
    offer: (batch) => offer(state, batch),
    drain: (deadline) => drain(state, deadline),
    published: state.published,
    dropped,
    spooled: () => state.spool.waiting(),
    get waitingBatches() {
      return state.waitingBatches;
    },
    get waitingBytes() {
      return state.waitingBytes;
    },
  };
}

function offer(state: State, batch: PreparedBatch): boolean {
  const lane = state.lanes.get(batch.kind) ?? openLane(state, batch.kind);
  if (lane.isOnDisk() || !state.room.enter(batch.value.length)) {
    if (!lane.pushToDisk(batch)) {
      note(state.dropped, batch);
      return false;
    }
  } else {
    lane.push(batch);
    state.waitingBatches += 1;
    state.waitingBytes += batch.value.length;
  }
  if (!state.running.has(lane)) void run(state, lane);
  return true;
}

function openLane(state: State, kind: BatchKind): Lane {
  const lane = makeLane({
    kind,
    send: state.needs,
    spool: state.spool,
    givingUp: state.givingUp.signal,
    onLeft: ({ value }) => {
      state.waitingBatches -= 1;
      state.waitingBytes -= value.length;
      state.room.leave(value.length);
    },
    onEnd: (batch, end) => note(end === 'published' ? state.published : state.dropped, batch),
  });
  state.lanes.set(kind, lane);
  return lane;
}

async function run(state: State, lane: Lane): Promise<void> {
  state.running.add(lane);
  await lane.run();
  state.running.delete(lane);
  if (state.running.size === 0) for (const done of state.whenIdle.splice(0)) done();
}

async function drain(state: State, deadline: AbortSignal): Promise<boolean> {
  const giveUp = (): void => state.givingUp.abort();
  if (state.running.size > 0) {
    const idle = new Promise<void>((resolve) => state.whenIdle.push(resolve));
    if (deadline.aborted) giveUp();
    deadline.addEventListener('abort', giveUp, { once: true });
    await idle;
    deadline.removeEventListener('abort', giveUp);
  }
  state.spool.close();
  return !state.givingUp.signal.aborted && state.spool.waiting().length === 0;
}
