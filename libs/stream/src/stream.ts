/** The door to Kafka. One client per process: opens with a check, hands out publishers and consumers, closes them all. */
import type { Admin, Kafka } from 'kafkajs';
import { type StreamLogLine, makeClient } from './client.ts';
import { type ConsumeOptions, startConsumer } from './consumer.ts';
import { ensureTopics } from './ensure-topics.ts';
import { checkBrokers } from './first-look.ts';
import type { Consumer } from './group.ts';
import { totalLag } from './lag.ts';
import { kafkaProblem } from './problem.ts';
import { once } from './once.ts';
import { type ConsumePartitionsOptions, consumePartitions } from './partitions/consume-partitions.ts';
import { type Publisher, type PublisherOptions, openPublisher } from './publisher.ts';
import { readSecurity } from './security/read-security.ts';
import { type TopicId, topicName } from './topics.ts';
import { type WatchWantedOptions, publishWanted, watchWanted } from './wanted.ts';

export interface StreamOptions {
  /** host:port */
  readonly brokers: readonly string[];
  /** shown in the broker's logs and quotas */
  readonly clientId: string;
  /** Before every topic name; tests share a broker this way. Default: none. */
  readonly topicPrefix?: string;
  /** A file as Kafka's own programs take it (security/client-properties.ts); undefined: the brokers ask for nothing. */
  readonly propertiesFile?: string | undefined;
  readonly onLog?: (line: StreamLogLine) => void;
}

export interface Stream {
  /** Creates what is missing; safe to call from many processes. */
  ensureTopics(): Promise<void>;
  publisher(options?: PublisherOptions): Promise<Publisher>;
  consume(options: ConsumeOptions): Promise<Consumer>;
  /** Partition by partition, with notes in the commits. */
  consumePartitions(options: ConsumePartitionsOptions): Promise<Consumer>;
  /** null withdraws the wish. */
  publishWanted(service: string, wanted: object | null): Promise<void>;
  /** Resolves when everything wanted so far has been handed over. */
  watchWanted(options: WatchWantedOptions): Promise<Consumer>;
  /** Messages of the topic (default: probe) that the group has not committed yet. */
  lag(groupId: string, topic?: TopicId): Promise<number>;
  /** Closes every consumer, then every publisher. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

interface Parts {
  readonly kafka: Kafka;
  readonly admin: Admin;
  readonly options: StreamOptions;
  readonly prefix: string;
  /** closed in reverse order of opening */
  readonly open: Set<{ close(): Promise<void> }>;
}

export async function connectStream(options: StreamOptions): Promise<Stream> {
  const client = { ...options, security: await readSecurity(options.propertiesFile) };
  await checkBrokers(makeClient(client, 'quick'), options.brokers);
  const kafka = makeClient(client, 'patient');
  const admin = kafka.admin();
  await admin.connect();
  const parts: Parts = { kafka, admin, options, prefix: options.topicPrefix ?? '', open: new Set() };
  const publisher = (publisherOptions: PublisherOptions = {}) => makePublisher(parts, publisherOptions);
  const consume = (consumeOptions: ConsumeOptions) => makeConsumer(parts, consumeOptions);
  const words = once(() => publisher());
  const close = () => closeAll(parts);
  return {
    ensureTopics: () => asking(parts, 'creating topics', () => ensureTopics(admin, parts.prefix)),
    publisher,
    consume,
    consumePartitions: (partitionOptions) => makePartitionConsumer(parts, partitionOptions),
    publishWanted: async (service, wanted) => publishWanted(await words(), service, wanted),
    watchWanted: (watchOptions) =>
      watchWanted({ consume, clientId: options.clientId, ends: () => endsOfWanted(parts) }, watchOptions),
    lag: (groupId, topic = 'probe') => asking(parts, `reading the lag of ${groupId}`, () => lag(parts, groupId, topic)),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function makePublisher(parts: Parts, options: PublisherOptions): Promise<Publisher> {
  const counts = new Map<TopicId, Promise<number>>();
  const partitionCount = (topic: TopicId): Promise<number> => {
    const known = counts.get(topic) ?? countPartitions(parts, topic);
    counts.set(topic, known);
    // A failed look must not stick.
    known.catch(() => counts.delete(topic));
    return known;
  };
  const needs = { ...common(parts), partitionCount };
  return track(parts, (onClosed) => openPublisher({ ...needs, onClosed }, options));
}

function makeConsumer(parts: Parts, options: ConsumeOptions): Promise<Consumer> {
  return track(parts, (onClosed) => startConsumer({ ...common(parts), chance: Math.random, onClosed }, options));
}

function makePartitionConsumer(parts: Parts, options: ConsumePartitionsOptions): Promise<Consumer> {
  const needs = { ...common(parts), admin: parts.admin, chance: Math.random };
  return track(parts, (onClosed) => consumePartitions({ ...needs, onClosed }, options));
}

function common(parts: Parts) {
  return { kafka: parts.kafka, brokers: parts.options.brokers, topicPrefix: parts.prefix };
}

/** What is handed out is closed with the stream, unless closed before. */
async function track<T extends Publisher | Consumer>(
  parts: Parts,
  open: (onClosed: () => void) => Promise<T>,
): Promise<T> {
  const opened: T = await open(() => parts.open.delete(opened));
  parts.open.add(opened);
  return opened;
}

async function closeAll(parts: Parts): Promise<void> {
  for (const opened of [...parts.open].toReversed()) await opened.close();
  await parts.admin.disconnect();
}

async function countPartitions(parts: Parts, topic: TopicId): Promise<number> {
  const { topics } = await parts.admin.fetchTopicMetadata({ topics: [topicName(topic, parts.prefix)] });
  return topics[0]?.partitions.length ?? 1;
}

/** The topic has one partition (topics.ts). */
function endsOfWanted(parts: Parts): Promise<{ low: bigint; high: bigint }> {
  return asking(parts, 'reading what is wanted', async () => {
    const [ends] = await parts.admin.fetchTopicOffsets(topicName('wanted', parts.prefix));
    return { low: BigInt(ends?.low ?? 0), high: BigInt(ends?.high ?? 0) };
  });
}

async function lag(parts: Parts, groupId: string, topic: TopicId): Promise<number> {
  const name = topicName(topic, parts.prefix);
  const committed = await parts.admin.fetchOffsets({ groupId, topics: [name] });
  return totalLag(await parts.admin.fetchTopicOffsets(name), committed[0]?.partitions ?? []);
}

async function asking<T>(parts: Parts, doing: string, ask: () => Promise<T>): Promise<T> {
  return ask().catch((error: unknown) => {
    throw kafkaProblem(error, doing, parts.options.brokers);
  });
}
