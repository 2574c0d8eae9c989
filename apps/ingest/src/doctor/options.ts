/** Settings of the role `doctor`. */
import {
  type ConfigValues,
  MapscopeError,
  booleanOption,
  integerOption,
  listOption,
  textOption,
  urlOption,
} from '@mapscope/events';
import { CLICKHOUSE_OPTIONS } from '@mapscope/store';
import { KAFKA_PROPERTIES_OPTION } from '@mapscope/stream';
import { ALL_FAMILIES } from '../agent/options.ts';
import type { ExecutableSource } from '../executable/executable-problem.ts';
import { COMMON_OPTIONS } from '../process/common-options.ts';

export const DOCTOR_OPTIONS = {
  exe: textOption({
    flag: 'exe',
    describe: 'what could be probed in this Go program; needs no root',
    default: undefined,
  }),
  pid: integerOption({
    flag: 'pid',
    describe: 'or: in the program of this process',
    min: 1,
    max: 4_194_304,
    default: undefined,
  }),
  families: listOption({ flag: 'families', describe: 'probe families', choices: ALL_FAMILIES, default: ALL_FAMILIES }),
  json: booleanOption({ flag: 'json', describe: 'one JSON object on stdout' }),
  kafkaBrokers: listOption({
    flag: 'kafka-brokers',
    env: 'KAFKA_BROKERS',
    describe: 'Kafka brokers that must answer, host:port',
    default: undefined,
  }),
  kafkaProperties: KAFKA_PROPERTIES_OPTION,
  clickhouseUrl: urlOption({
    flag: 'clickhouse-url',
    env: 'CLICKHOUSE_URL',
    describe: "ClickHouse's HTTP interface, which must answer",
    default: undefined,
  }),
  username: CLICKHOUSE_OPTIONS.username,
  password: CLICKHOUSE_OPTIONS.password,
  dataDir: textOption({ flag: 'data-dir', describe: "where the agent's journal is to be", default: '.mapscope/agent' }),
  ...COMMON_OPTIONS,
};

export type DoctorConfig = ConfigValues<typeof DOCTOR_OPTIONS>;

/** undefined: the machine is asked for, not a program */
export function programOf({ exe, pid }: Pick<DoctorConfig, 'exe' | 'pid'>): ExecutableSource | undefined {
  if (exe !== undefined && pid !== undefined)
    throw new MapscopeError('CONFIG_INVALID', 'both --exe and --pid are given: give one of them');
  if (exe !== undefined) return { by: 'path', path: exe };
  return pid === undefined ? undefined : { by: 'pid', pid };
}
