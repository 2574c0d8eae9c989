/** What all targets of an agent share: one connection to Kafka, one room for what waits, one watch of what is wanted. */
import { type Clock, MapscopeError } from '@mapscope/events';
import { type Publisher, backoffMillis, pause } from '@mapscope/stream';
import { openStream } from '../process/open-stream.ts';
import { throttledProblems } from '../process/problems.ts';
import type { Reporter } from '../process/reporter.ts';
import { systemClock } from '../process/system-clock.ts';
import { type InTurn, makeTurns } from './in-turn.ts';
import type { AgentConfig } from './options.ts';
import { POLICY_KEY, type PolicyDesk, makePolicyDesk } from './policies/policy-desk.ts';
import { type QueueRoom, makeQueueRoom } from './queue-room.ts';
import type { SpoolRoom } from './spool/spool.ts';
import { type WantedDesk, makeWantedDesk } from './wanted-desk.ts';

const MAX_WAITING_BATCHES = 4_096;

export interface Hub {
  readonly config: AgentConfig;
  readonly reporter: Reporter;
  readonly clock: Clock;
  readonly publisher: Publisher;
  readonly room: QueueRoom;
  readonly spoolRoom: SpoolRoom;
  readonly desk: WantedDesk;
  readonly policyDesk: PolicyDesk;
  /** of one core, where a policy says so; else --overhead-percent */
  readonly budgetCores?: number;
  /** Last words of dead agents: two at a time would say some twice. */
  readonly settleInTurn: InTurn;
}

export interface OpenHub extends AsyncDisposable {
  readonly hub: Hub;
}

/** Resolves when everything that was ever wanted is known: a service switched off is not touched. */
export async function openHub(config: AgentConfig, reporter: Reporter): Promise<OpenHub> {
  const stream = await openStream(config, 'agent', reporter);
  try {
    const onProblem = throttledProblems(reporter, 'watching what is wanted');
    const desk = makeWantedDesk({ ttlMillis: config.ttlSeconds * 1_000, nowUnixMillis: Date.now, onProblem });
    const policyDesk = makePolicyDesk(onProblem);
    const onWanted: WantedDesk['onWanted'] = (change) =>
      (change.service.startsWith(POLICY_KEY) ? policyDesk : desk).onWanted(change);
    const publisher = await stream.publisher();
    await patiently(async () => void (await stream.watchWanted({ onWanted, onProblem })));
    const room = makeQueueRoom({ maxBatches: MAX_WAITING_BATCHES, maxBytes: config.queueBytes });
    const spoolRoom: SpoolRoom = { maxBytes: config.spoolBytes, usedBytes: 0 };
    const shared = { config, reporter, clock: systemClock(), settleInTurn: makeTurns() };
    const hub: Hub = { ...shared, publisher, room, spoolRoom, desk, policyDesk };
    return { hub, [Symbol.asyncDispose]: () => stream.close() };
  } catch (error) {
    await stream.close();
    throw error;
  }
}

const RETRY = { firstMillis: 100, maxMillis: 1_000 };
const ATTEMPTS = 6;

/** A topic that was made a moment ago has no leader yet (KAFKA_REFUSED, "not the leader"). */
async function patiently(work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof MapscopeError) || !error.canRetry || attempt === ATTEMPTS) throw error;
      await pause(backoffMillis(RETRY, attempt, Math.random()), NEVER);
    }
  }
}

const NEVER = new AbortController().signal;
