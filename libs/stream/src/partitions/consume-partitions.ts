/** Consuming in a group, partition by partition: each is worked on for as long as it is ours (claim.ts). */
import type { Admin } from 'kafkajs';
import { type Consumer, type GroupNeeds, type GroupOptions, HEARTBEAT_MILLIS, joinGroup } from '../group.ts';
import { kafkaProblem } from '../problem.ts';
import { topicName } from '../topics.ts';
import type { Committed, OpenPartition } from './claim.ts';
import { makeClaims } from './claims.ts';

export interface ConsumePartitionsOptions extends GroupOptions {
  readonly open: OpenPartition;
}

export interface PartitionNeeds extends GroupNeeds {
  readonly admin: Admin;
}

export function consumePartitions(needs: PartitionNeeds, options: ConsumePartitionsOptions): Promise<Consumer> {
  const topic = topicName(options.topic, needs.topicPrefix);
  return joinGroup(needs, options, (consumer) => {
    const claims = makeClaims({
      consumer,
      topic,
      open: options.open,
      committed: () => readCommitted(needs.admin, options.groupId, topic),
      low: (partition) => readLow(needs.admin, topic, partition),
      onProblem: options.onProblem,
      problem: (error, doing) => kafkaProblem(error, doing, needs.brokers),
      heartbeatMillis: HEARTBEAT_MILLIS,
    });
    consumer.on(consumer.events.REQUEST, ({ payload }) => {
      if (payload.apiName === 'JoinGroup') claims.onJoinAnswered();
    });
    consumer.on(consumer.events.GROUP_JOIN, claims.onJoined);
    return claims;
  });
}

async function readCommitted(admin: Admin, groupId: string, topic: string): Promise<ReadonlyMap<number, Committed>> {
  const [answer] = await admin.fetchOffsets({ groupId, topics: [topic] });
  const places = (answer?.partitions ?? []).map(
    ({ partition, offset, metadata }) => [partition, { offset: BigInt(offset), note: metadata ?? '' }] as const,
  );
  // -1: nothing committed; -2: kafkajs' "earliest" after what it wanted had expired.
  return new Map(places.filter(([, { offset }]) => offset >= 0n));
}

async function readLow(admin: Admin, topic: string, partition: number): Promise<bigint> {
  const ends = await admin.fetchTopicOffsets(topic);
  return BigInt(ends.find((end) => end.partition === partition)?.low ?? 0);
}
