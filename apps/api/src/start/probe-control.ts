import { connectStream, type Stream } from '@mapscope/stream';
import type { Log, ProbeControl } from '../ports.ts';
import type { ApiConfig } from './options.ts';

export interface OpenControl extends ProbeControl {
  readonly close: () => Promise<void>;
}

/**
 * Connects to Kafka when it is first needed and again after a failure: the api answers questions about the past
 * whether or not the broker is up.
 */
export function probeControl(config: ApiConfig, log: Log): OpenControl | null {
  const brokers = config.kafkaBrokers;
  if (brokers === undefined || brokers.length === 0) return null;
  let connected: Promise<Stream> | undefined;
  const stream = (): Promise<Stream> => {
    const attempt = connected ?? openStream(brokers, config, log);
    connected = attempt;
    attempt.catch(() => (connected = undefined));
    return attempt;
  };
  return {
    publishWanted: async (key, wanted) => (await stream()).publishWanted(key, wanted),
    writerLag: async () => (await stream()).lag(config.writerGroup),
    close: async () => {
      const opened = await connected?.catch(() => undefined);
      await opened?.close();
    },
  };
}

async function openStream(
  brokers: readonly string[],
  { topicPrefix, kafkaProperties }: ApiConfig,
  log: Log,
): Promise<Stream> {
  const stream = await connectStream({
    brokers,
    topicPrefix,
    propertiesFile: kafkaProperties,
    clientId: 'mapscope-api',
    onLog: ({ message }) => log({ event: 'kafka', message }),
  });
  await stream.ensureTopics();
  return stream;
}
