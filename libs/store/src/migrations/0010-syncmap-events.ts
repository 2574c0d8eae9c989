/** What is done to sync.Maps. Asked for like map_events: by kind, then by time, a map's rows of a minute together. */
import type { Migration } from './migration.ts';
import { createProbeTable, DAILY } from './probe-table.ts';

const ORDER = 'service, kind, toStartOfMinute(ts), map_addr, ts';

export const syncmapEvents: Migration = {
  name: '0010-syncmap-events',
  statements: (database) => [
    createProbeTable(database, 'syncmap_events', { ...DAILY, order: ORDER, blooms: ['trace_id'] }),
  ],
};
