/** One claim: opened at the committed place, given messages, finished. */
import type { Consumer as KafkaConsumer } from 'kafkajs';
import type { BatchPayload } from '../batch-loop.ts';
import { type RawMessage, streamMessage } from '../message.ts';
import type { Committed, OpenPartition, PartitionClaim, PartitionWork } from './claim.ts';

export interface ClaimsNeeds {
  readonly consumer: Pick<KafkaConsumer, 'pause' | 'resume'>;
  readonly topic: string;
  readonly open: OpenPartition;
  /** what the group has committed, per partition */
  readonly committed: () => Promise<ReadonlyMap<number, Committed>>;
  /** first offset that is still there */
  readonly low: (partition: number) => Promise<bigint>;
  readonly onProblem: (error: Error) => void;
  /** what a failure of kafkajs means; `doing` completes "while …" */
  readonly problem: (error: unknown, doing: string) => Error;
  readonly heartbeatMillis: number;
}

export interface Claim {
  readonly work: PartitionWork;
  readonly ending: AbortController;
  /** offset of the next message it wants; undefined: wherever the log begins */
  next: bigint | undefined;
  /** settles when what it was given before is taken */
  turn: Promise<unknown>;
}

export interface Opening {
  readonly payload: BatchPayload;
  readonly committed: Committed | undefined;
  /** aborted when the membership ends */
  readonly termEnded: AbortSignal;
}

export function openClaim(needs: ClaimsNeeds, { payload, committed, termEnded }: Opening): Claim {
  const { topic, partition } = payload.batch;
  const ending = new AbortController();
  const lost = AbortSignal.any([termEnded, ending.signal]);
  const place = [{ topic, partitions: [partition] }];
  const claim: PartitionClaim = {
    topic,
    partition,
    committed,
    lost,
    // kafkajs takes generation and member in the same turn of the loop as this check (offsetManager/index.js of 2.2.4).
    commit: async (offset, note) => {
      lost.throwIfAborted();
      const partitions = [{ partition, offset: offset.toString(), metadata: note }];
      await payload.commitOffsetsIfNecessary({ topics: [{ topic, partitions }] }).catch((error: unknown) => {
        throw needs.problem(error, `committing ${topic}/${partition}`);
      });
    },
    pause: () => {
      if (!lost.aborted) needs.consumer.pause(place);
    },
    resume: () => {
      if (!lost.aborted) needs.consumer.resume(place);
    },
  };
  lost.throwIfAborted();
  return { work: needs.open(claim), ending, next: committed?.offset, turn: Promise.resolve() };
}

/** `mayGoOn` is asked again after the waiting: the membership may have ended meanwhile. */
export async function give(
  claim: Claim,
  payload: BatchPayload,
  messages: readonly RawMessage[],
  mayGoOn: () => boolean,
): Promise<void> {
  const { topic, partition } = payload.batch;
  const last = messages.at(-1);
  if (last === undefined || !mayGoOn()) return;
  const answer = await claim.work.take(messages.map((raw) => streamMessage(topic, partition, raw)));
  if (answer === 'later' || !mayGoOn()) return;
  claim.next = BigInt(last.offset) + 1n;
  // Not a commit: only where the next fetch begins.
  payload.resolveOffset(last.offset);
}

/** Retention took messages that nobody has written: the one loss that is Kafka's, and it is told. */
export async function tellGone(needs: ClaimsNeeds, { batch }: BatchPayload, { next }: Claim): Promise<boolean> {
  const low = await needs.low(batch.partition);
  if (next === undefined || low <= next) return false;
  const lost = `messages ${next} to ${low - 1n} of ${batch.topic}/${batch.partition} expired before they were written: give the topic a longer retention, or the writers more speed`;
  needs.onProblem(new Error(lost));
  return true;
}

export async function finish({ work, ending }: Claim): Promise<void> {
  await work.drain();
  ending.abort();
  await work.settled();
}
