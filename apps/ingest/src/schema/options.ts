/** Settings of the role `schema`. */
import { type ConfigValues, textOption } from '@mapscope/events';
import { CLICKHOUSE_OPTIONS } from '@mapscope/store';
import { COMMON_OPTIONS } from '../process/common-options.ts';

export const SCHEMA_OPTIONS = {
  database: CLICKHOUSE_OPTIONS.database,
  cluster: textOption({
    flag: 'cluster',
    describe: 'replicated and distributed tables for this cluster, as <remote_servers> names it',
    default: undefined,
  }),
  ...COMMON_OPTIONS,
};

export type SchemaConfig = ConfigValues<typeof SCHEMA_OPTIONS>;
