/**
 * Dumps of the goroutine flight recorder. Asked for one at a time: those of a service by their time, then all rows of one in
 * the order of time. A trace id leads to the dumps that show its goroutines.
 */
import type { Migration } from './migration.ts';
import { createProbeTable, DAILY } from './probe-table.ts';

export const goroutineEvents: Migration = {
  name: '0009-goroutine-events',
  statements: (database) => [
    createProbeTable(database, 'goroutine_events', {
      ...DAILY,
      order: 'service, dump_ts, pid, ts',
      blooms: ['trace_id'],
    }),
  ],
};
