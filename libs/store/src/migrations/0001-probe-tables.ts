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
import { type Migration, STACK_DAYS } from './migration.ts';
import { createProbeTable, DAILY, type Storage } from './probe-table.ts';

/** Later kinds have migrations of their own. */
type FirstKind = 'http_requests' | 'lock_waits' | 'stacks' | 'probe_events' | 'agent_status';

const STORAGE: Readonly<Record<FirstKind, Storage>> = {
  http_requests: { ...DAILY, order: 'service, route, toStartOfMinute(ts), ts', blooms: ['trace_id'] },
  lock_waits: {
    ...DAILY,
    order: 'service, toStartOfMinute(ts), trace_id, ts',
    blooms: ['trace_id', 'holder_trace_id'],
  },
  stacks: {
    engine: 'ReplacingMergeTree',
    // Sent once per agent start, needed as long as that process lives: kept longer, and not split by day.
    partition: 'toYYYYMM(ts)',
    order: 'service, build_id, stack',
    days: STACK_DAYS,
    blooms: ['stack'],
  },
  probe_events: { ...DAILY, order: 'service, kind, ts', blooms: ['trace_id'] },
  agent_status: { ...DAILY, order: 'service, agent, family, ts', blooms: [] },
};

// Object.keys gives string[]; the keys of STORAGE are exactly these kinds.
const KINDS = Object.keys(STORAGE) as FirstKind[];

export const probeTables: Migration = {
  name: '0001-probe-tables',
  statements: (database) => KINDS.map((kind) => createProbeTable(database, kind, STORAGE[kind])),
};
