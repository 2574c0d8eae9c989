/**
 * Creates the topics that are missing. Two processes may do it at once: kafkajs takes "already exists" as done. In KRaft a
 * broker learns of a new topic some time after the controller has made it, and until then answers that there is none, or
 * that it is not its leader (kafkajs' own waitForLeaders takes both as errors): waited for here until each leader answers.
 */
import type { Admin } from 'kafkajs';
import { pause } from './backoff.ts';
import { innermost } from './problem.ts';
import { TOPIC_IDS, TOPICS, type TopicSpec, replication, topicConfig, topicName } from './topics.ts';

export async function ensureTopics(admin: Admin, prefix: string): Promise<void> {
  const existing = new Set(await admin.listTopics());
  const missing = TOPIC_IDS.filter((id) => !existing.has(topicName(id, prefix)));
  if (missing.length === 0) return;
  const { brokers } = await admin.describeCluster();
  const { factor, minInSync } = replication(brokers.length);
  await admin.createTopics({
    waitForLeaders: false,
    timeout: KNOWN_MILLIS,
    topics: missing.map((id) => {
      const spec: TopicSpec = TOPICS[id];
      const durability = { name: 'min.insync.replicas', value: String(minInSync) };
      return {
        topic: topicName(id, prefix),
        numPartitions: spec.partitions,
        replicationFactor: factor,
        configEntries: [...topicConfig(spec), durability],
      };
    }),
  });
  await untilKnown(
    admin,
    missing.map((id) => topicName(id, prefix)),
  );
}

const KNOWN_MILLIS = 15_000;
const NOT_YET = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE', 'NOT_LEADER_FOR_PARTITION']);

async function untilKnown(admin: Admin, topics: string[]): Promise<void> {
  const deadline = performance.now() + KNOWN_MILLIS;
  for (;;) {
    try {
      await admin.fetchTopicMetadata({ topics });
      for (const topic of topics) await admin.fetchTopicOffsets(topic);
      return;
    } catch (error) {
      if (!NOT_YET.has(innermost(error).type ?? '') || performance.now() > deadline) throw error;
      await pause(100, new AbortController().signal);
    }
  }
}
