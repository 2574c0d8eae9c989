/** The setting that tells Mapscopes on one Kafka apart; the brokers themselves are required here and optional there. */
import { textOption } from '@mapscope/events';

export const TOPIC_PREFIX_OPTION = textOption({
  flag: 'topic-prefix',
  env: 'MAPSCOPE_TOPIC_PREFIX',
  describe: 'before every topic name, for several Mapscopes on one Kafka',
  default: '',
});
