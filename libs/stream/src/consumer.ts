/** Consuming in a group, one message at a time, committed only after the handler's success (batch-loop.ts). */
import type { Backoff } from './backoff.ts';
import { type LoopOptions, runBatch } from './batch-loop.ts';
import { type Consumer, type GroupNeeds, type GroupOptions, HEARTBEAT_MILLIS, joinGroup } from './group.ts';
import type { StreamMessage } from './message.ts';

export interface ConsumeOptions extends GroupOptions {
  /** Success commits; a rejection is shown to onProblem and the same message comes again after a back-off. */
  readonly onMessage: (message: StreamMessage, signal: AbortSignal) => Promise<void>;
  /** `never`: read all, keep no place (watchers). Default `after-each`. */
  readonly commit?: 'after-each' | 'never';
  /** Wait after a failed handler. Default 200 ms … 10 s. */
  readonly backoff?: Backoff;
}

const HANDLER_BACKOFF: Backoff = { firstMillis: 200, maxMillis: 10_000 };

export function startConsumer(needs: GroupNeeds, options: ConsumeOptions): Promise<Consumer> {
  return joinGroup(needs, options, (_consumer, signal) => {
    const loop: LoopOptions = {
      onMessage: options.onMessage,
      onProblem: options.onProblem,
      commit: options.commit ?? 'after-each',
      backoff: options.backoff ?? HANDLER_BACKOFF,
      heartbeatMillis: HEARTBEAT_MILLIS,
      signal,
      chance: needs.chance,
    };
    return {
      eachBatch: (payload) => runBatch(payload, loop),
      // The message in work is finished while kafkajs disconnects.
      drain: () => Promise.resolve(),
      end: () => Promise.resolve(),
    };
  });
}
