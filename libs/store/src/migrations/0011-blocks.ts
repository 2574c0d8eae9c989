/**
 * Inserts of many batches. The ledger learns between which times the rows of a batch lie, so that they can be counted
 * without reading days of a table; and tables of before remember more tokens (migration.ts says why).
 */
import { DEDUPLICATION, type Migration } from './migration.ts';

/** Every table that 0001 to 0010 made, and the book of migrations. */
const TABLES_BEFORE = [
  'migrations',
  'batches',
  'http_requests',
  'lock_waits',
  'stacks',
  'probe_events',
  'agent_status',
  'latency_10s',
  'contention_10s',
  'otel_traces',
  'otel_traces_trace_id_ts',
  'sdk_routes',
  'client_requests',
  'gc_events',
  'map_events',
  'goroutine_events',
  'syncmap_events',
] as const;

const TIMES = ['first_unix_ns', 'last_unix_ns'] as const;

export const blocks: Migration = {
  name: '0011-blocks',
  statements: (database) => [
    ...TIMES.map(
      (name) =>
        `ALTER TABLE ${database}.batches ADD COLUMN IF NOT EXISTS ${name} Int64 DEFAULT 0 CODEC(Delta(8), ZSTD(1))`,
    ),
    ...TABLES_BEFORE.map((table) => `ALTER TABLE ${database}.${table} MODIFY SETTING ${DEDUPLICATION}`),
  ],
};
