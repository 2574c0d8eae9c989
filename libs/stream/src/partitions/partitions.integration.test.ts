import { randomUUID } from 'node:crypto';
import kafkajs from 'kafkajs';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { type PartitionClaim, type Stream, type StreamMessage, connectStream } from '../index.ts';
import { topicName } from '../topics.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** host:port of the broker that infra/test/world.ts runs */
    kafkaBrokers: string[];
  }
}

const brokers = inject('kafkaBrokers') ?? [];
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = ({ value }: StreamMessage): string => new TextDecoder().decode(value ?? new Uint8Array());

const opened: Stream[] = [];
afterAll(() => Promise.all(opened.map((stream) => stream.close())));

async function freshStream(topicPrefix = `p-${randomUUID()}.`): Promise<{ stream: Stream; topicPrefix: string }> {
  const stream = await connectStream({ brokers, clientId: 'partitions-test', topicPrefix });
  opened.push(stream);
  await stream.ensureTopics();
  return { stream, topicPrefix };
}

async function publish(stream: Stream, labels: readonly string[], orderKey = 'k'): Promise<number> {
  const publisher = await stream.publisher();
  const acks = await Promise.all(
    labels.map((label) => publisher.publish({ topic: 'probe', orderKey, value: bytes(label) })),
  );
  await publisher.close();
  return acks[0]?.partition ?? -1;
}

interface Held {
  readonly claim: PartitionClaim;
  readonly got: StreamMessage[];
  drained: boolean;
  answer: 'kept' | 'later';
}

/** Keeps what it gets. */
async function hold(stream: Stream, groupId: string, answer: 'kept' | 'later' = 'kept') {
  const claims: Held[] = [];
  const problems: Error[] = [];
  const consumer = await stream.consumePartitions({
    topic: 'probe',
    groupId,
    onProblem: (error) => void problems.push(error),
    open: (claim) => {
      const held: Held = { claim, got: [], drained: false, answer };
      claims.push(held);
      return {
        take: async (messages) => {
          if (held.answer === 'kept') held.got.push(...messages);
          else claim.pause();
          return held.answer;
        },
        drain: async () => void (held.drained = true),
        settled: () => Promise.resolve(),
      };
    },
  });
  const labels = (): string[] => claims.flatMap(({ got }) => got.map(text));
  return { claims, problems, consumer, labels };
}

describe.skipIf(brokers.length === 0)('with a real broker (skipped where none is provided)', () => {
  test('messages come once and in order without any commit, and the next member reads what was committed with its note', async () => {
    const { stream } = await freshStream();
    const groupId = `g-${randomUUID()}`;
    const labels = Array.from({ length: 30 }, (_, i) => `m${i}`);
    await publish(stream, labels.slice(0, 10));
    const first = await hold(stream, groupId);
    await expect.poll(first.labels).toHaveLength(10);
    await publish(stream, labels.slice(10));
    await expect.poll(first.labels).toEqual(labels);
    expect(first.claims).toHaveLength(1);
    expect(first.claims[0]?.claim.committed).toBeUndefined();
    await first.claims[0]?.claim.commit(12n, 'block 12 to 20');
    await first.consumer.close();
    expect(first.claims[0]?.drained).toBe(true);

    const second = await hold(stream, groupId);
    await expect.poll(second.labels).toEqual(labels.slice(12));
    expect(second.claims[0]?.claim.committed).toEqual({ offset: 12n, note: 'block 12 to 20' });
  });

  test('what was not kept comes again after resume', async () => {
    const { stream } = await freshStream();
    await publish(stream, ['a', 'b', 'c']);
    const holder = await hold(stream, `g-${randomUUID()}`, 'later');
    await expect.poll(() => holder.claims.length).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 800));
    expect(holder.labels()).toEqual([]);
    holder.claims[0]!.answer = 'kept';
    holder.claims[0]!.claim.resume();
    await expect.poll(holder.labels).toEqual(['a', 'b', 'c']);
  });

  test('when the group is joined anew every claim ends, and what it had not committed is read again', async () => {
    const { stream } = await freshStream();
    const groupId = `g-${randomUUID()}`;
    const keys = Array.from({ length: 16 }, (_, i) => `k${i}`);
    for (const key of keys) await publish(stream, [key], key);
    const first = await hold(stream, groupId);
    await expect.poll(() => first.labels().toSorted()).toEqual(keys.toSorted());
    const before = [...first.claims];
    const second = await hold(stream, groupId);
    const since = () => [...first.claims.slice(before.length), ...second.claims].flatMap(({ got }) => got.map(text));
    await expect.poll(() => since().toSorted(), { timeout: 30_000 }).toEqual(keys.toSorted());
    expect(before.every(({ claim }) => claim.lost.aborted)).toBe(true);
    expect(second.claims.length).toBeGreaterThan(0);
    await expect(before[0]!.claim.commit(1n, 'late')).rejects.toThrow();
    expect(await stream.lag(groupId)).toBe(keys.length);
  });

  test('the broker itself refuses the commit of a member that slept through a rebalance', async () => {
    const { stream, topicPrefix } = await freshStream();
    const groupId = `g-${randomUUID()}`;
    const partition = await publish(stream, ['m']);
    const topic = topicName('probe', topicPrefix);
    const sleeper = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING }).consumer({
      groupId,
      sessionTimeout: 6_000,
      rebalanceTimeout: 6_000,
    });
    await sleeper.connect();
    await sleeper.subscribe({ topics: [topic], fromBeginning: true });
    const asleep = Promise.withResolvers<void>();
    const awake = Promise.withResolvers<void>();
    const refused = Promise.withResolvers<unknown>();
    await sleeper.run({
      autoCommit: false,
      eachBatch: async (payload) => {
        asleep.resolve();
        await awake.promise; // no heartbeat: as a process that stood still
        const topics = [{ topic, partitions: [{ partition, offset: '1', metadata: 'stale' }] }];
        await payload.commitOffsetsIfNecessary({ topics }).then(() => refused.resolve(undefined), refused.resolve);
      },
    });
    await asleep.promise;
    const owner = await hold(stream, groupId);
    await expect.poll(owner.labels, { timeout: 30_000, interval: 100 }).toEqual(['m']);
    await owner.claims.at(-1)?.claim.commit(0n, 'open');
    awake.resolve();
    expect(await refused.promise).toMatchObject({
      type: expect.stringMatching(/ILLEGAL_GENERATION|UNKNOWN_MEMBER_ID/),
    });
    await sleeper.disconnect();
    await owner.consumer.close();
    const next = await hold(stream, groupId);
    await expect.poll(() => next.claims.at(-1)?.claim.committed).toEqual({ offset: 0n, note: 'open' });
  });
});
