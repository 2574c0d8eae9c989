/** Settings of the role `clickhouse`. The role itself is in clickhouse/. */
import { ACCESS_OPTIONS, type ConfigValues, integerOption, portOption, textOption } from '@mapscope/events';
import { COMMON_OPTIONS } from './process/common-options.ts';

export const CLICKHOUSE_OPTIONS = {
  host: textOption({
    flag: 'host',
    describe: 'address to listen on; beyond loopback it needs --keys-file',
    default: '127.0.0.1',
  }),
  port: portOption({ flag: 'port', describe: "port of ClickHouse's HTTP interface; 0: any free one", default: 8123 }),
  dataDir: textOption({
    flag: 'data-dir',
    describe: 'where the engine keeps its data',
    default: '.mapscope/clickhouse',
  }),
  spoolDir: textOption({
    flag: 'spool-dir',
    describe: 'where request bodies wait; emptied at start; otherwise a folder of its own in /dev/shm',
    default: undefined,
  }),
  memoryMib: integerOption({
    flag: 'memory-mib',
    describe: 'what the engine may hold at once, MiB',
    min: 128,
    max: 1_048_576,
    default: 640,
  }),
  ...ACCESS_OPTIONS,
  ...COMMON_OPTIONS,
};

export type ClickhouseConfig = ConfigValues<typeof CLICKHOUSE_OPTIONS>;
