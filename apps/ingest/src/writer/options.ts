/** Settings of the role `writer`. */
import { type ConfigValues, textOption } from '@mapscope/events';
import { CLICKHOUSE_OPTIONS } from '@mapscope/store';
import { COMMON_OPTIONS, KAFKA_OPTIONS } from '../process/common-options.ts';

export const WRITER_OPTIONS = {
  ...KAFKA_OPTIONS,
  ...CLICKHOUSE_OPTIONS,
  group: textOption({
    flag: 'group',
    describe: 'consumer group; writers of one group share the partitions',
    default: 'mapscope-writer',
  }),
  ...COMMON_OPTIONS,
};

export type WriterConfig = ConfigValues<typeof WRITER_OPTIONS>;
