/** Creates the topics that are missing. Two processes may do it at once: kafkajs takes "already exists" as done. */
import type { Admin } from 'kafkajs';
import { TOPIC_IDS, TOPICS, type TopicSpec, replication, topicConfig, topicName } from './topics.ts';

export async function ensureTopics(admin: Admin, prefix: string): Promise<void> {
  const existing = new Set(await admin.listTopics());
  const missing = TOPIC_IDS.filter((id) => !existing.has(topicName(id, prefix)));
  if (missing.length === 0) return;
  const { brokers } = await admin.describeCluster();
  const { factor, minInSync } = replication(brokers.length);
  await admin.createTopics({
    waitForLeaders: true,
    timeout: 15_000,
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
}
