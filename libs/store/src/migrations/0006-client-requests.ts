/**
 * HTTP round trips that services make. Asked for like lock waits: the calls of a window's traces, and of one trace; rows
 * of a trace lie together within its minute.
 */
import type { Migration } from './migration.ts';
import { createProbeTable, DAILY } from './probe-table.ts';

const ORDER = 'service, toStartOfMinute(ts), trace_id, ts';

export const clientRequests: Migration = {
  name: '0006-client-requests',
  statements: (database) => [
    createProbeTable(database, 'client_requests', { ...DAILY, order: ORDER, blooms: ['trace_id'] }),
  ],
};
