/** The connection of a role to Kafka, as every role of this program opens it: with all topics there. */
import type { ConfigValues } from '@mapscope/events';
import { type Stream, connectStream } from '@mapscope/stream';
import type { KAFKA_OPTIONS } from './common-options.ts';
import type { Reporter } from './reporter.ts';

/** @param role names the client to the broker: `mapscope-writer` is the writer's */
export async function openStream(
  config: ConfigValues<typeof KAFKA_OPTIONS>,
  role: string,
  reporter?: Reporter,
): Promise<Stream> {
  const stream = await connectStream({
    brokers: config.kafkaBrokers,
    propertiesFile: config.kafkaProperties,
    clientId: `mapscope-${role}`,
    topicPrefix: config.topicPrefix,
    ...(reporter && { onLog: (line) => reporter.log('debug', line.message, line.facts) }),
  });
  try {
    await stream.ensureTopics();
    return stream;
  } catch (error) {
    await stream.close();
    throw error;
  }
}
