/**
 * One fetched batch, message by message: handle, then resolve and commit, then the next.
 *
 *   handler ok ───► resolve ─► commit ─► next message
 *   handler fails ─► wait (heartbeats go on) ─► the same message again, for ever: never skipped
 *   partition lost, consumer closing ─► stop here, nothing committed; the next owner gets the message again
 *
 * A failed commit means "not committed": the message comes again, to this consumer or another one.
 */
import { type Backoff, backoffMillis, pause } from './backoff.ts';
import { type Heart, startHeart } from './heart.ts';
import { type RawMessage, type StreamMessage, streamMessage } from './message.ts';

/** The part of kafkajs' EachBatchPayload that is used. */
export interface BatchPayload {
  readonly batch: { readonly topic: string; readonly partition: number; readonly messages: readonly RawMessage[] };
  resolveOffset(offset: string): void;
  heartbeat(): Promise<void>;
  commitOffsetsIfNecessary(offsets: {
    topics: { topic: string; partitions: { partition: number; offset: string; metadata?: string | null }[] }[];
  }): Promise<void>;
  isRunning(): boolean;
  isStale(): boolean;
}

export interface LoopOptions {
  readonly onMessage: (message: StreamMessage, signal: AbortSignal) => Promise<void>;
  readonly onProblem: (error: Error) => void;
  readonly commit: 'after-each' | 'never';
  readonly backoff: Backoff;
  readonly heartbeatMillis: number;
  /** aborted when the consumer closes */
  readonly signal: AbortSignal;
  readonly chance: () => number;
}

export async function runBatch(payload: BatchPayload, options: LoopOptions): Promise<void> {
  const beat = startHeart(payload, options.heartbeatMillis);
  try {
    // Rate-limited by kafkajs. What an earlier batch of this fetch did not live to see stops this one at its start.
    await payload.heartbeat();
    for (const raw of payload.batch.messages) {
      const message = streamMessage(payload.batch.topic, payload.batch.partition, raw);
      if (!(await handleUntilDone(message, payload, options, beat))) break;
      payload.resolveOffset(raw.offset);
      if (options.commit === 'after-each') await commit(payload, message);
      beat.rethrow();
    }
  } finally {
    beat.stop();
  }
  // A heartbeat that failed (rebalance, lost member) is what kafkajs needs to see to join again.
  beat.rethrow();
}

/** False: gave up because the partition is no longer ours or we are closing. */
async function handleUntilDone(
  message: StreamMessage,
  payload: BatchPayload,
  options: LoopOptions,
  beat: Heart,
): Promise<boolean> {
  const mayGoOn = (): boolean => payload.isRunning() && !payload.isStale() && !options.signal.aborted && !beat.failed;
  for (let attempt = 1; mayGoOn(); attempt++) {
    try {
      await options.onMessage(message, options.signal);
      return true;
    } catch (error) {
      options.onProblem(error instanceof Error ? error : new Error(String(error)));
      await pause(backoffMillis(options.backoff, attempt, options.chance()), options.signal);
    }
  }
  return false;
}

/** Kafka's committed offset is that of the next message to read. */
function commit(payload: BatchPayload, message: StreamMessage): Promise<void> {
  const offset = (BigInt(message.offset) + 1n).toString();
  const partitions = [{ partition: message.partition, offset }];
  return payload.commitOffsetsIfNecessary({ topics: [{ topic: message.topic, partitions }] });
}
