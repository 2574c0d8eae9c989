/** The role `writer`: Kafka → ClickHouse, block by block. Here everything real is put together. */
import { type Store, openStore, storeOptionsOf } from '@mapscope/store';
import {
  type Backoff,
  type FetchBounds,
  type Publisher,
  type Stream,
  type TopicId,
  backoffMillis,
  deadLetterRecord,
  pause,
} from '@mapscope/stream';
import { openStream } from '../process/open-stream.ts';
import { throttledProblems } from '../process/problems.ts';
import type { Reporter } from '../process/reporter.ts';
import { whenAborted } from '../process/stop-signal.ts';
import { type Budget, makeBudget } from './budget.ts';
import { type WriterCounters, makeWriterCounters } from './counters.ts';
import type { WriterConfig } from './options.ts';
import { type PartitionNeeds, partitionWriter } from './partition-writer.ts';
import type { BlockBounds } from './pending.ts';
import type { WriteNeeds } from './sink.ts';

const LOG_MILLIS = 10_000;
const MEBIBYTE = 1024 * 1024;
/**
 * 100 000 rows: measured, an insert costs the engine 6.5 CPU seconds per million rows at 20 000 rows, 4.3 at 40 000 and 2.1 at
 * 100 000 (three tables with their roll-ups, apps/ingest/bench/store/engine-limit.ts). 40 MiB: so many rows of three tables,
 * and far below what the embedded engine takes (400 MiB a query). 500 ms: with the agent's 250 ms a row is in the store well within
 * a second of its event. Behind, blocks wait up to 3 s: eight partitions that bring a million rows a second into three tables fill
 * theirs by then.
 */
const BOUNDS: BlockBounds = { rows: 100_000, bytes: 40 * MEBIBYTE, millis: 500, lateMillis: 3_000 };
/**
 * Messages in memory, all partitions of both topics: a block of each of eight partitions. Reached only when the store is slower
 * than what comes. What kafkajs has fetched and not handed over is beyond it.
 */
const HELD_BYTES = 320 * MEBIBYTE;
const FETCH: FetchBounds = { maxBytes: 8 * MEBIBYTE, maxBytesPerPartition: 2 * MEBIBYTE, concurrency: 8 };
/** A killed writer's partitions are another one's after so long. */
const SESSION_MILLIS = 15_000;
const BACKOFF: Backoff = { firstMillis: 200, maxMillis: 10_000 };
/** Below the time a supervisor gives after SIGTERM. */
const DRAIN_MILLIS = 5_000;

/** For tests and benchmarks: other bounds; each step of each block, which waits for the answer. */
export interface WriterTuning {
  readonly bounds?: Partial<BlockBounds>;
  readonly sessionMillis?: number;
  readonly onStep?: WriteNeeds['onStep'];
}

export async function runWriter(
  config: WriterConfig,
  reporter: Reporter,
  stop: AbortSignal,
  tuning: WriterTuning = {},
): Promise<void> {
  await using store = closable(await openStore(storeOptionsOf(config)));
  const migrations = await store.opened.migrate();
  await using stream = await openStream(config, 'writer', reporter);
  const counters = makeWriterCounters();
  const letters = await stream.publisher();
  const budget = makeBudget(HELD_BYTES);
  const parts: ConsumeParts = { config, reporter, store: store.opened, letters, counters, budget, tuning };
  const consumers = [await consume(stream, 'probe', parts), await consume(stream, 'otlp', parts)];
  reporter.event('ready', { role: 'writer', pid: process.pid, migrations, group: config.group });
  const logging = logChanges(counters, reporter);
  await whenAborted(stop);
  await Promise.all(consumers.map((consumer) => consumer.close()));
  clearInterval(logging);
  reporter.event('stopped', { role: 'writer', ...counters.totals() });
}

interface ConsumeParts {
  readonly config: WriterConfig;
  readonly reporter: Reporter;
  readonly store: Store;
  readonly letters: Publisher;
  readonly counters: WriterCounters;
  readonly budget: Budget;
  readonly tuning: WriterTuning;
}

type BatchTopic = Extract<TopicId, 'probe' | 'otlp'>;

/** Members of one group must read the same topics, so each topic has a group of its own. */
const groupOf = (topic: BatchTopic, group: string): string => (topic === 'probe' ? group : `${group}-${topic}`);

function consume(stream: Stream, topic: BatchTopic, parts: ConsumeParts) {
  const { config, reporter, letters } = parts;
  const onProblem = throttledProblems(reporter, 'not written yet, trying again');
  const needs: PartitionNeeds = {
    sink: parts.store,
    counters: parts.counters,
    deadLetter: async (message, reason) => void (await letters.publish(deadLetterRecord(message, reason))),
    onDeadLetter: ({ topic: name, partition, offset }, reason) =>
      reporter.log('warn', 'message put to the dead letters', { topic: name, partition, offset, ...reason }),
    onProblem,
    pause: (attempt, signal) => pause(backoffMillis(BACKOFF, attempt, Math.random()), signal),
    nowMillis: () => performance.now(),
    unixMillis: Date.now,
    bounds: boundsOf(parts.tuning.bounds),
    budget: parts.budget,
    drainMillis: DRAIN_MILLIS,
    onStep: parts.tuning.onStep,
  };
  return stream.consumePartitions({
    topic,
    groupId: groupOf(topic, config.group),
    open: partitionWriter(needs),
    onProblem,
    fetch: FETCH,
    sessionMillis: parts.tuning.sessionMillis ?? SESSION_MILLIS,
  });
}

/** A stated time holds for what is late as well. */
const boundsOf = (stated: Partial<BlockBounds> = {}): BlockBounds => ({
  ...BOUNDS,
  ...(stated.millis === undefined ? {} : { lateMillis: stated.millis }),
  ...stated,
});

/** Only when something changed: a quiet pipeline writes a quiet log. */
function logChanges(counters: WriterCounters, reporter: Reporter): NodeJS.Timeout {
  let last = JSON.stringify(counters.totals());
  return setInterval(() => {
    const now = counters.totals();
    const text = JSON.stringify(now);
    if (text !== last) reporter.log('info', 'written so far', { ...now });
    last = text;
  }, LOG_MILLIS);
}

function closable(opened: Store): { readonly opened: Store; [Symbol.asyncDispose](): Promise<void> } {
  return { opened, [Symbol.asyncDispose]: () => opened.close() };
}
