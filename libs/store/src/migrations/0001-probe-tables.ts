/**
 * The tables that batches fill, with the columns of TABLES. Sort keys follow the question asked:
 *
 *   http_requests  a service's requests of a window, all routes or one: routes are few, so (service, route, minute)
 *                  reads R contiguous ranges without a route and one with it
 *   lock_waits     the waits of a window's traces, and of one trace: rows of a trace lie together within its minute;
 *                  measured smallest as well (9.7 B a row against 12.4 by time and 21.0 by lock address)
 *   stacks         by name: replaced when an agent sends one again
 *   probe_events   crashes of a service, by kind
 *   agent_status   the latest of each agent and family
 *
 * The second way in is by trace id: a bloom filter, 3 MiB for 100 million rows, a trace in about 10 ms.
 */
import { type BatchKind, TABLES } from '@mapscope/events';
import { columnDdl } from './column-ddl.ts';
import { expireAfter, type Migration, RAW_DAYS, STACK_DAYS } from './migration.ts';

interface Storage {
  readonly engine: string;
  readonly partition: string;
  readonly order: string;
  readonly days: number;
  /** columns with a bloom filter */
  readonly blooms: readonly string[];
}

const day = { engine: 'MergeTree', partition: 'toDate(ts)', days: RAW_DAYS } as const;

/** Spans have a migration of their own (0004-otel-traces.ts). */
type ProbeKind = Exclude<BatchKind, 'otel_traces'>;

const STORAGE: Readonly<Record<ProbeKind, Storage>> = {
  http_requests: { ...day, order: 'service, route, toStartOfMinute(ts), ts', blooms: ['trace_id'] },
  lock_waits: { ...day, order: 'service, toStartOfMinute(ts), trace_id, ts', blooms: ['trace_id', 'holder_trace_id'] },
  stacks: {
    engine: 'ReplacingMergeTree',
    // Sent once per agent start, needed as long as that process lives: kept longer, and not split by day.
    partition: 'toYYYYMM(ts)',
    order: 'service, build_id, stack',
    days: STACK_DAYS,
    blooms: ['stack'],
  },
  probe_events: { ...day, order: 'service, kind, ts', blooms: ['trace_id'] },
  agent_status: { ...day, order: 'service, agent, family, ts', blooms: [] },
};

// Object.keys gives string[]; the keys of STORAGE are exactly the probe kinds.
const KINDS = Object.keys(STORAGE) as ProbeKind[];

export const probeTables: Migration = {
  name: '0001-probe-tables',
  statements: (database) => KINDS.map((kind) => createTable(database, kind)),
};

function createTable(database: string, kind: ProbeKind): string {
  const { engine, partition, order, days, blooms } = STORAGE[kind];
  const lines = [
    ...TABLES[kind].map(columnDdl),
    ...blooms.map((column) => `INDEX ${column}_bloom \`${column}\` TYPE bloom_filter(0.01) GRANULARITY 1`),
  ];
  return `CREATE TABLE IF NOT EXISTS ${database}.\`${kind}\` (
  ${lines.join(',\n  ')}
) ENGINE = ${engine}
PARTITION BY ${partition}
ORDER BY (${order})
${expireAfter(days, 'ts')}`;
}
