/** What garbage collectors took time for. Asked for by window and kind; the assists of one trace by the bloom filter. */
import type { Migration } from './migration.ts';
import { createProbeTable, DAILY } from './probe-table.ts';

export const gcEvents: Migration = {
  name: '0007-gc-events',
  statements: (database) => [
    createProbeTable(database, 'gc_events', { ...DAILY, order: 'service, kind, ts', blooms: ['trace_id'] }),
  ],
};
