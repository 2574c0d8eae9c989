/** Settings that several roles share. */
import { choiceOption, listOption, textOption, urlOption } from '@mapscope/events';
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
  topicPrefix: textOption({
    flag: 'topic-prefix',
    env: 'MAPSCOPE_TOPIC_PREFIX',
    describe: 'before every topic name, for several Mapscopes on one Kafka',
    default: '',
  }),
};

export const CLICKHOUSE_CLIENT_OPTIONS = {
  clickhouseUrl: urlOption({
    flag: 'clickhouse-url',
    env: 'CLICKHOUSE_URL',
    describe: "ClickHouse's HTTP interface",
    default: 'http://127.0.0.1:8123',
  }),
  database: textOption({
    flag: 'clickhouse-database',
    env: 'CLICKHOUSE_DATABASE',
    describe: 'database of all tables',
    default: 'mapscope',
  }),
  username: textOption({
    flag: 'clickhouse-user',
    env: 'CLICKHOUSE_USER',
    describe: 'ClickHouse user',
    default: undefined,
  }),
  password: textOption({
    flag: 'clickhouse-password',
    env: 'CLICKHOUSE_PASSWORD',
    describe: 'its password',
    default: undefined,
    secret: true,
  }),
};
