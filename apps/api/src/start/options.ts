/** Settings of the api. Names shared with the roles of `ingest` mean the same there. */
import {
  ACCESS_OPTIONS,
  booleanOption,
  choiceOption,
  integerOption,
  listOption,
  portOption,
  readConfig,
  textOption,
  urlOption,
  type ConfigValues,
} from '@mapscope/events';
import { ALERT_OPTIONS } from '../alerts/options.ts';
import { CLICKHOUSE_OPTIONS } from '@mapscope/store';
import { KAFKA_PROPERTIES_OPTION, TOPIC_PREFIX_OPTION } from '@mapscope/stream';

export const API_OPTIONS = {
  host: textOption({
    flag: 'host',
    describe: 'address to listen on; 0.0.0.0 for all, which needs --keys-file',
    default: '127.0.0.1',
  }),
  port: portOption({ flag: 'port', env: 'MAPSCOPE_API_PORT', describe: 'port to listen on', default: 8080 }),
  ...CLICKHOUSE_OPTIONS,
  kafkaBrokers: listOption({
    flag: 'kafka-brokers',
    env: 'KAFKA_BROKERS',
    describe: 'Kafka brokers, host:port; without them probes cannot be switched from here',
    default: undefined,
  }),
  kafkaProperties: KAFKA_PROPERTIES_OPTION,
  topicPrefix: TOPIC_PREFIX_OPTION,
  writerGroup: textOption({
    flag: 'writer-group',
    describe: "the writers' consumer group, whose lag /status shows",
    default: 'mapscope-writer',
  }),
  uiDir: textOption({
    flag: 'ui-dir',
    describe: 'folder of a built UI; without it / is a small page',
    default: undefined,
  }),
  publicUrl: urlOption({
    flag: 'public-url',
    env: 'MAPSCOPE_PUBLIC_URL',
    describe: 'where people open the pages, for links in alerts; without it the address it listens on',
    default: undefined,
  }),
  sloMillis: integerOption({
    flag: 'slo-ms',
    env: 'MAPSCOPE_SLO_MS',
    describe: 'objective of all services: so many milliseconds may a request take',
    min: 1,
    default: 300,
  }),
  sloPercent: choiceOption({
    flag: 'slo-percent',
    env: 'MAPSCOPE_SLO_PERCENT',
    describe: 'objective of all services: this percentage of requests',
    choices: ['90', '95', '99', '99.5', '99.9', '99.95', '99.99'],
    default: '99',
  }),
  detect: booleanOption({
    flag: 'detect',
    describe: 'find incidents and store them; several may do it, one is enough',
    default: true,
  }),
  mcpWrite: booleanOption({
    flag: 'mcp-write',
    describe: 'assistants at /mcp may attach and detach probes, with a key that may; else they only read',
  }),
  ...ALERT_OPTIONS,
  ...ACCESS_OPTIONS,
};

export type ApiConfig = ConfigValues<typeof API_OPTIONS>;

/** One environment serves several programs: variables of the others mean nothing here. */
const OTHERS = ['MAPSCOPE_LOG_LEVEL', 'MAPSCOPE_GO_ROOTS'];

export function readApiConfig(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): ApiConfig {
  return readConfig(API_OPTIONS, { argv, env, ignore: OTHERS });
}
