/**
 * A member of a consumer group that stays one. A kafkajs consumer can die for good (CRASH without restart) or fall silent;
 * it is then made anew after a back-off, with the error shown, until it is closed. What is done with the messages is the
 * work given: message by message (consumer.ts), or partition by partition (partitions/).
 */
import type { Consumer as KafkaConsumer, Kafka } from 'kafkajs';
import { type Backoff, backoffMillis, pause } from './backoff.ts';
import type { BatchPayload } from './batch-loop.ts';
import { PATIENT } from './client.ts';
import { kafkaProblem } from './problem.ts';
import { once } from './once.ts';
import { watchSilence } from './silence-watch.ts';
import { type TopicId, topicName } from './topics.ts';

export interface GroupOptions {
  readonly topic: TopicId;
  readonly groupId: string;
  /** Where a group without commits begins. Default: true, the oldest message. */
  readonly fromBeginning?: boolean;
  readonly onProblem: (error: Error) => void;
  readonly fetch?: FetchBounds;
  /** A member that is silent for so long has lost its partitions. Default 30 s; brokers allow 6 s and more. */
  readonly sessionMillis?: number;
}

export interface FetchBounds {
  /** At least one message always comes, however large (KIP-74); these bound what is held beyond it, compressed. */
  readonly maxBytes: number;
  readonly maxBytesPerPartition: number;
  /** batches of different partitions handled at once */
  readonly concurrency: number;
}

export interface Consumer {
  /** Lets what is in work finish, leaves the group. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface GroupNeeds {
  readonly kafka: Kafka;
  readonly brokers: readonly string[];
  readonly topicPrefix: string;
  readonly chance: () => number;
  readonly onClosed: () => void;
}

/** What is done with fetched messages, for one life of a kafkajs consumer. */
export interface Work {
  readonly eachBatch: (payload: BatchPayload) => Promise<void>;
  /** finish what is there, before the group is left */
  readonly drain: () => Promise<void>;
  /** the consumer is gone; resolves when nothing of it runs any more */
  readonly end: () => Promise<void>;
}

/** `signal`: the group is being left for good. */
export type MakeWork = (consumer: KafkaConsumer, signal: AbortSignal) => Work;

export const HEARTBEAT_MILLIS = 3_000;
const SESSION_MILLIS = 30_000;
/** A long poll answers at the latest after this; close() waits for it. */
const LONG_POLL_MILLIS = 500;
/** No fetch and no message in work for so long: the client hangs (tulios/kafkajs#659). */
const SILENCE_MILLIS = 90_000;
const REOPEN_BACKOFF: Backoff = { firstMillis: 500, maxMillis: 15_000 };
const MEBIBYTE = 1024 * 1024;
/** Order holds within a partition; several at once keep the sink's round trips from adding up. */
const FETCH: FetchBounds = { maxBytes: 16 * MEBIBYTE, maxBytesPerPartition: 4 * MEBIBYTE, concurrency: 3 };

/** One life of a kafkajs consumer. */
interface Life {
  drain(): Promise<void>;
  close(): Promise<void>;
}

interface Member {
  readonly needs: GroupNeeds;
  readonly options: GroupOptions;
  readonly makeWork: MakeWork;
  readonly signal: AbortSignal;
}

export async function joinGroup(needs: GroupNeeds, options: GroupOptions, makeWork: MakeWork): Promise<Consumer> {
  const closing = new AbortController();
  const member: Member = { needs, options, makeWork, signal: closing.signal };
  let life: Life;
  let reopening: Promise<void> = Promise.resolve();

  const reopen = async (died: Life, error: Error): Promise<void> => {
    options.onProblem(error);
    // A client that hangs may hang in closing, too; its sockets die with its time-outs.
    await Promise.race([died.close(), pause(5_000, closing.signal)]);
    for (let attempt = 1; !closing.signal.aborted; attempt++) {
      await pause(backoffMillis(REOPEN_BACKOFF, attempt, needs.chance()), closing.signal);
      if (closing.signal.aborted) return;
      try {
        life = await openLife(member, onDeath);
        return;
      } catch (failure) {
        options.onProblem(failure instanceof Error ? failure : new Error(String(failure)));
      }
    }
  };
  const onDeath = (died: Life, error: Error): void => {
    reopening = reopening.then(() => reopen(died, error));
  };

  life = await openLife(member, onDeath);
  const close = once(async () => {
    await life.drain();
    closing.abort();
    await reopening;
    await life.close();
    needs.onClosed();
  });
  return { close, [Symbol.asyncDispose]: close };
}

type OnDeath = (life: Life, error: Error) => void;

async function openLife(member: Member, onDeath: OnDeath): Promise<Life> {
  const { needs, options, signal } = member;
  const consumer = makeKafkaConsumer(member);
  const watch = watchSilence(SILENCE_MILLIS);
  const work = member.makeWork(consumer, signal);
  let over = false;
  const life: Life = {
    drain: () => work.drain(),
    close: async () => {
      over = true;
      watch.stop();
      await consumer.disconnect();
      await work.end();
    },
  };
  const die = (error: Error): void => {
    if (over || signal.aborted) return;
    over = true;
    onDeath(life, error);
  };
  consumer.on(consumer.events.FETCH_START, watch.noteLife);
  watchCrash(consumer, needs, options, die);
  const eachBatch: Work['eachBatch'] = (payload) => watch.during(work.eachBatch(payload));
  await run(consumer, member, eachBatch).catch(async (error: unknown) => {
    await life.close();
    throw error;
  });
  const silence = `consumer ${options.groupId} fetched nothing for ${SILENCE_MILLIS} ms and is made anew`;
  if (!over) watch.start(() => die(new Error(silence)));
  return life;
}

/** CRASH with restart: kafkajs goes on by itself. Without: this consumer is dead (tulios/kafkajs#1513, #1721). */
function watchCrash(
  consumer: KafkaConsumer,
  needs: GroupNeeds,
  options: GroupOptions,
  die: (error: Error) => void,
): void {
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    const problem = kafkaProblem(payload.error, `consuming as ${options.groupId}`, needs.brokers);
    if (payload.restart) options.onProblem(problem);
    else die(problem);
  });
}

async function run(consumer: KafkaConsumer, { needs, options }: Member, eachBatch: Work['eachBatch']): Promise<void> {
  const topic = topicName(options.topic, needs.topicPrefix);
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: options.fromBeginning ?? true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: (options.fetch ?? FETCH).concurrency,
      eachBatch,
    });
  } catch (error) {
    throw kafkaProblem(error, `subscribing ${options.groupId} to ${topic}`, needs.brokers);
  }
}

function makeKafkaConsumer({ needs, options, signal }: Member): KafkaConsumer {
  const { maxBytes, maxBytesPerPartition } = options.fetch ?? FETCH;
  return needs.kafka.consumer({
    groupId: options.groupId,
    allowAutoTopicCreation: false,
    sessionTimeout: options.sessionMillis ?? SESSION_MILLIS,
    rebalanceTimeout: 60_000,
    heartbeatInterval: HEARTBEAT_MILLIS,
    maxWaitTimeInMs: LONG_POLL_MILLIS,
    maxBytesPerPartition,
    maxBytes,
    // In kafkajs' own restarts nothing is lost: what was not committed is read again.
    retry: { ...PATIENT, restartOnFailure: () => Promise.resolve(!signal.aborted) },
  });
}
