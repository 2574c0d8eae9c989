/** Settings that several roles share. */
import { choiceOption, listOption } from '@mapscope/events';
import { KAFKA_PROPERTIES_OPTION, TOPIC_PREFIX_OPTION } from '@mapscope/stream';
import { LOG_LEVELS } from './reporter.ts';

export const COMMON_OPTIONS = {
  logLevel: choiceOption({
    flag: 'log-level',
    env: 'MAPSCOPE_LOG_LEVEL',
    describe: 'lowest level shown on stderr',
    choices: LOG_LEVELS,
    default: 'info',
  }),
};

export const KAFKA_OPTIONS = {
  kafkaBrokers: listOption({
    flag: 'kafka-brokers',
    env: 'KAFKA_BROKERS',
    describe: 'Kafka brokers, host:port',
    default: ['127.0.0.1:9092'],
  }),
  kafkaProperties: KAFKA_PROPERTIES_OPTION,
  topicPrefix: TOPIC_PREFIX_OPTION,
};
