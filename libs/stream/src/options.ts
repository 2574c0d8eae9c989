/** The settings by which a program is told its Kafka; the brokers themselves are required here and optional there. */
import { textOption } from '@mapscope/events';

export const TOPIC_PREFIX_OPTION = textOption({
  flag: 'topic-prefix',
  env: 'MAPSCOPE_TOPIC_PREFIX',
  describe: 'before every topic name, for several Mapscopes on one Kafka',
  default: '',
});

export const KAFKA_PROPERTIES_OPTION = textOption({
  flag: 'kafka-properties',
  env: 'KAFKA_PROPERTIES_FILE',
  describe: "client.properties of Kafka's own programs: TLS and SASL (PLAIN, SCRAM), PEM files",
  default: undefined,
});
