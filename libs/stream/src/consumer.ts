/**
 * Consuming in a group, one message at a time, committed only after the handler's success (batch-loop.ts).
 * A kafkajs consumer can die for good (CRASH without restart) or fall silent; this one is then made anew after a
 * back-off, with the error shown, until it is closed.
 */
import type { Consumer as KafkaConsumer, Kafka } from 'kafkajs';
import { type Backoff, backoffMillis, pause } from './backoff.ts';
import { type LoopOptions, runBatch } from './batch-loop.ts';
import { PATIENT } from './client.ts';
import type { StreamMessage } from './message.ts';
import { kafkaProblem } from './problem.ts';
import { once } from './once.ts';
import { watchSilence } from './silence-watch.ts';
import { type TopicId, topicName } from './topics.ts';

export interface ConsumeOptions {
  readonly topic: TopicId;
  readonly groupId: string;
  /** Where a group without commits begins. Default: true, the oldest message. */
  readonly fromBeginning?: boolean;
  /** Success commits; a rejection is shown to onProblem and the same message comes again after a back-off. */
  readonly onMessage: (message: StreamMessage, signal: AbortSignal) => Promise<void>;
  readonly onProblem: (error: Error) => void;
  /** `never`: read all, keep no place (watchers). Default `after-each`. */
  readonly commit?: 'after-each' | 'never';
  /** Wait after a failed handler. Default 200 ms … 10 s. */
  readonly backoff?: Backoff;
}

export interface Consumer {
  /** Lets the message in work finish, leaves the group. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

interface ConsumerNeeds {
  readonly kafka: Kafka;
  readonly brokers: readonly string[];
  readonly topicPrefix: string;
  readonly chance: () => number;
  readonly onClosed: () => void;
}

const HEARTBEAT_MILLIS = 3_000;
const SESSION_MILLIS = 30_000;
/** A long poll answers at the latest after this; close() waits for it. */
const LONG_POLL_MILLIS = 500;
/** No fetch and no message in work for so long: the client hangs (tulios/kafkajs#659). */
const SILENCE_MILLIS = 90_000;
const HANDLER_BACKOFF: Backoff = { firstMillis: 200, maxMillis: 10_000 };
const REOPEN_BACKOFF: Backoff = { firstMillis: 500, maxMillis: 15_000 };

/** One life of a kafkajs consumer. */
interface Life {
  close(): Promise<void>;
}

export async function startConsumer(needs: ConsumerNeeds, options: ConsumeOptions): Promise<Consumer> {
  const closing = new AbortController();
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
        life = await openLife(needs, options, closing.signal, onDeath);
        return;
      } catch (failure) {
        options.onProblem(failure instanceof Error ? failure : new Error(String(failure)));
      }
    }
  };
  const onDeath = (died: Life, error: Error): void => {
    reopening = reopening.then(() => reopen(died, error));
  };

  life = await openLife(needs, options, closing.signal, onDeath);
  const close = once(async () => {
    closing.abort();
    await reopening;
    await life.close();
    needs.onClosed();
  });
  return { close, [Symbol.asyncDispose]: close };
}

type OnDeath = (life: Life, error: Error) => void;

async function openLife(
  needs: ConsumerNeeds,
  options: ConsumeOptions,
  signal: AbortSignal,
  onDeath: OnDeath,
): Promise<Life> {
  const consumer = makeKafkaConsumer(needs, options, signal);
  const watch = watchSilence(SILENCE_MILLIS);
  let over = false;
  const life: Life = {
    close: async () => {
      over = true;
      watch.stop();
      await consumer.disconnect();
    },
  };
  const die = (error: Error): void => {
    if (over || signal.aborted) return;
    over = true;
    onDeath(life, error);
  };
  consumer.on(consumer.events.FETCH_START, watch.noteLife);
  watchCrash(consumer, needs, options, die);
  const onMessage: ConsumeOptions['onMessage'] = (message, closing) =>
    watch.during(options.onMessage(message, closing));
  await run(consumer, needs, { ...options, onMessage }, signal).catch(async (error: unknown) => {
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
  needs: ConsumerNeeds,
  options: ConsumeOptions,
  die: (error: Error) => void,
): void {
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    const problem = kafkaProblem(payload.error, `consuming as ${options.groupId}`, needs.brokers);
    if (payload.restart) options.onProblem(problem);
    else die(problem);
  });
}

async function run(
  consumer: KafkaConsumer,
  needs: ConsumerNeeds,
  options: ConsumeOptions,
  signal: AbortSignal,
): Promise<void> {
  const topic = topicName(options.topic, needs.topicPrefix);
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: options.fromBeginning ?? true });
    await consumer.run(runConfig(needs, options, signal));
  } catch (error) {
    throw kafkaProblem(error, `subscribing ${options.groupId} to ${topic}`, needs.brokers);
  }
}

function makeKafkaConsumer(needs: ConsumerNeeds, options: ConsumeOptions, signal: AbortSignal): KafkaConsumer {
  const mebibyte = 1024 * 1024;
  return needs.kafka.consumer({
    groupId: options.groupId,
    allowAutoTopicCreation: false,
    sessionTimeout: SESSION_MILLIS,
    rebalanceTimeout: 60_000,
    heartbeatInterval: HEARTBEAT_MILLIS,
    maxWaitTimeInMs: LONG_POLL_MILLIS,
    // At least one message always comes, however large (KIP-74); these bound what is held beyond it.
    maxBytesPerPartition: 4 * mebibyte,
    maxBytes: 16 * mebibyte,
    // In kafkajs' own restarts nothing is lost: what was not committed is read again.
    retry: { ...PATIENT, restartOnFailure: () => Promise.resolve(!signal.aborted) },
  });
}

function runConfig(needs: ConsumerNeeds, options: ConsumeOptions, signal: AbortSignal) {
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
    autoCommit: false,
    eachBatchAutoResolve: false,
    // Order holds within a partition; several at once keep the sink's round trips from adding up.
    partitionsConsumedConcurrently: 3,
    eachBatch: (payload: Parameters<typeof runBatch>[0]) => runBatch(payload, loop),
  };
}
