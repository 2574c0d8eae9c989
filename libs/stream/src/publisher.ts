/**
 * Publishing: acknowledged by all in-sync replicas, in order per key, bounded in flight.
 *
 *   publish(a1) publish(a2) publish(b1)
 *        │           │           │        a2 starts when a1 is acknowledged, b1 at once;
 *        └─ one at a time per key ┘        all of them wait while too many bytes are in flight
 *
 * kafkajs' idempotent mode is not used (it stops with "out of order sequence number", tulios/kafkajs#598): a batch
 * carries its own identity, so a resend is recognised downstream, and one send at a time per key keeps the order.
 */
import kafkajs, { type Kafka, type Producer } from 'kafkajs';
import { MapscopeError } from '@mapscope/events';
import { pause } from './backoff.ts';
import { byteGate } from './byte-gate.ts';
import { PATIENT } from './client.ts';
import { type Compression, compressionType } from './codec.ts';
import { keyOrder } from './key-order.ts';
import { once } from './once.ts';
import { choosePartition } from './partition.ts';
import { kafkaProblem } from './problem.ts';
import { MAX_VALUE_BYTES, type TopicId, topicName } from './topics.ts';

export interface PublishRecord {
  readonly topic: TopicId;
  /** Records of one order key keep their order: agent and kind for probe batches, the service for wanted. */
  readonly orderKey: string;
  /** null is a tombstone on a compacted topic */
  readonly value: Uint8Array | null;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Published {
  readonly partition: number;
  readonly offset: string;
}

export interface PublisherOptions {
  readonly compression?: Compression;
  /** Default 32 MiB: a few of the largest values. */
  readonly maxInFlightBytes?: number;
}

export interface Publisher {
  /** Resolves once all in-sync replicas have it. Rejects with KAFKA_UNREACHABLE or KAFKA_REFUSED after its own retries. */
  publish(record: PublishRecord): Promise<Published>;
  readonly inFlightBytes: number;
  /** Waits for what is in flight (at most 5 s), then disconnects. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

interface PublisherNeeds {
  readonly kafka: Kafka;
  readonly brokers: readonly string[];
  readonly topicPrefix: string;
  /** How many partitions a topic has on this broker; stated ones may differ where an operator made the topic. */
  readonly partitionCount: (topic: TopicId) => Promise<number>;
  readonly onClosed: () => void;
}

const DEFAULT_IN_FLIGHT_BYTES = 32 * 1024 * 1024;

/** With a broker away, what is in flight is not worth waiting for: its sender hears of the failure. */
const CLOSE_MILLIS = 5_000;

type Send = (record: PublishRecord) => Promise<Published>;

export async function openPublisher(needs: PublisherNeeds, options: PublisherOptions): Promise<Publisher> {
  const producer = needs.kafka.producer({
    allowAutoTopicCreation: false,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    // Few retries in here: whoever publishes has a queue and a better view of how long to go on.
    retry: { ...PATIENT, retries: 5 },
  });
  await producer.connect().catch((error: unknown) => {
    throw kafkaProblem(error, 'connecting a publisher', needs.brokers);
  });
  const gate = byteGate(options.maxInFlightBytes ?? DEFAULT_IN_FLIGHT_BYTES);
  const order = keyOrder();
  const send = makeSend(needs, producer, options.compression ?? 'zstd');

  const publish: Send = async (record) => {
    refuseTooLarge(record);
    const leave = await gate.enter(sizeOf(record));
    return order.run(record.orderKey, () => send(record)).finally(leave);
  };
  const close = once(async () => {
    const idle = new AbortController();
    await Promise.race([order.idle(), pause(CLOSE_MILLIS, idle.signal)]);
    idle.abort();
    await producer.disconnect();
    needs.onClosed();
  });
  return {
    publish,
    close,
    [Symbol.asyncDispose]: close,
    get inFlightBytes() {
      return gate.inFlightBytes;
    },
  };
}

function makeSend(needs: PublisherNeeds, producer: Producer, compression: Compression): Send {
  return async (record) => {
    const topic = topicName(record.topic, needs.topicPrefix);
    try {
      const partition = choosePartition(record.orderKey, await needs.partitionCount(record.topic));
      const value = record.value === null ? null : asBuffer(record.value);
      const message = { key: record.orderKey, value, partition, headers: { ...record.headers } };
      const batch = { topic, acks: -1, compression: compressionType(compression), messages: [message] };
      const [meta] = await producer.send(batch);
      return { partition: meta?.partition ?? partition, offset: meta?.baseOffset ?? meta?.offset ?? '-1' };
    } catch (error) {
      throw kafkaProblem(error, `publishing ${sizeOf(record)} bytes to ${topic}`, needs.brokers);
    }
  };
}

function sizeOf(record: PublishRecord): number {
  return record.value?.length ?? 0;
}

/** A view, not a copy: kafkajs takes Buffers. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function refuseTooLarge(record: PublishRecord): void {
  const sizeBytes = sizeOf(record);
  if (sizeBytes <= MAX_VALUE_BYTES) return;
  throw new MapscopeError(
    'KAFKA_REFUSED',
    `a value of ${sizeBytes} bytes for ${record.topic} is above the limit of ${MAX_VALUE_BYTES}: split it before publishing`,
    { facts: { kafkaError: 'MESSAGE_TOO_LARGE', sizeBytes } },
  );
}
