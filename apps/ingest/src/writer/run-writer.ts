/** The role `writer`: Kafka → ClickHouse, one insert per message. Here everything real is put together. */
import { type Store, openStore, storeOptionsOf } from '@mapscope/store';
import { type Publisher, type Stream, type TopicId, connectStream, deadLetterRecord } from '@mapscope/stream';
import { throttledProblems } from '../process/problems.ts';
import type { Reporter } from '../process/reporter.ts';
import { whenAborted } from '../process/stop-signal.ts';
import { type WriterCounters, makeWriterCounters } from './counters.ts';
import type { WriterConfig } from './options.ts';
import { type WriteNeeds, writeMessage } from './write-message.ts';

const LOG_MILLIS = 10_000;

export async function runWriter(config: WriterConfig, reporter: Reporter, stop: AbortSignal): Promise<void> {
  await using store = closable(await openStore(storeOptionsOf(config)));
  const migrations = await store.opened.migrate();
  await using stream = await connectStream({
    brokers: config.kafkaBrokers,
    clientId: 'mapscope-writer',
    topicPrefix: config.topicPrefix,
    onLog: (line) => reporter.log('debug', line.message, line.facts),
  });
  await stream.ensureTopics();
  const counters = makeWriterCounters();
  const letters = await stream.publisher();
  const parts: ConsumeParts = { config, reporter, store: store.opened, letters, counters };
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
}

type BatchTopic = Extract<TopicId, 'probe' | 'otlp'>;

/** Members of one group must read the same topics, so each topic has a group of its own. */
const groupOf = (topic: BatchTopic, group: string): string => (topic === 'probe' ? group : `${group}-${topic}`);

function consume(stream: Stream, topic: BatchTopic, { config, reporter, store, letters, counters }: ConsumeParts) {
  const needs: WriteNeeds = {
    sink: store,
    counters,
    deadLetter: async (message, reason) => void (await letters.publish(deadLetterRecord(message, reason))),
    onDeadLetter: ({ topic, partition, offset }, reason) =>
      reporter.log('warn', 'message put to the dead letters', { topic, partition, offset, ...reason }),
  };
  return stream.consume({
    topic,
    groupId: groupOf(topic, config.group),
    onMessage: (message) => writeMessage(message, needs),
    onProblem: throttledProblems(reporter, 'batch not written yet, trying again'),
  });
}

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
