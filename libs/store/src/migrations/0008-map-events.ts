/**
 * What is done to maps. Asked for by kind first (conflicts are few, counts many), then by time; a map's rows of a minute lie
 * together.
 */
import type { Migration } from './migration.ts';
import { createProbeTable, DAILY } from './probe-table.ts';

const ORDER = 'service, kind, toStartOfMinute(ts), map_addr, ts';

export const mapEvents: Migration = {
  name: '0008-map-events',
  statements: (database) => [
    createProbeTable(database, 'map_events', { ...DAILY, order: ORDER, blooms: ['trace_id'] }),
  ],
};
