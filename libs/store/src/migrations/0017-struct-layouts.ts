/**
 * Where the fields of structs lie whose methods wait for locks. Asked for by service and name; sent once per agent and program,
 * needed as long as that process lives: kept like stacks.
 */
import { type Migration, STACK_DAYS } from './migration.ts';
import { createProbeTable } from './probe-table.ts';

export const structLayouts: Migration = {
  name: '0017-struct-layouts',
  statements: (database) => [
    createProbeTable(database, 'struct_layouts', {
      engine: 'ReplacingMergeTree',
      partition: 'toYYYYMM(ts)',
      order: 'service, name, build_id',
      days: STACK_DAYS,
      blooms: [],
    }),
  ],
};
