/**
 * The tables that probe batches fill: one batch kind, one table. The agent encodes these columns in this order;
 * the migrations of libs/store create them (a test compares the two). Only append columns: old writers read new agents.
 */
import type { ColumnData, ColumnSpec } from './column.ts';
import { NAME, PROOF, TIME } from './common-columns.ts';
import { MAP_EVENTS } from './map-events.ts';
import { GC_EVENTS } from './gc-events.ts';
import { GOROUTINE_EVENTS } from './goroutine-events.ts';
import { OTEL_KINDS, OTEL_TABLES, OTEL_TRACES } from './otel-tables.ts';
import { STRUCT_LAYOUTS } from './struct-layouts.ts';
import { SYNCMAP_EVENTS } from './syncmap-events.ts';

/** Wire number of each batch kind; never reused. */
export const BATCH_KINDS = {
  http_requests: 1,
  lock_waits: 2,
  stacks: 3,
  probe_events: 4,
  agent_status: 5,
  otel_traces: 6,
  client_requests: 7,
  map_events: 10,
  gc_events: 8,
  goroutine_events: 11,
  syncmap_events: 9,
  ...OTEL_KINDS,
  struct_layouts: 18,
} as const;

export type BatchKind = keyof typeof BATCH_KINDS;

/** The kinds that probes count in the kernel, record by record; stacks, status and spans are counted by nobody there. */
export const COUNTED_KINDS = [
  'http_requests',
  'lock_waits',
  'probe_events',
  'client_requests',
  'gc_events',
  'syncmap_events',
  'map_events',
  'goroutine_events',
] as const satisfies readonly BatchKind[];
export type CountedKind = (typeof COUNTED_KINDS)[number];

/** A row that is sent again replaces itself: these tables may hold fewer rows than were inserted. */
export const COLLAPSING_KINDS: ReadonlySet<BatchKind> = new Set(['stacks', 'struct_layouts']);

/**
 * How a request ended: its handler returned; the goroutine served the next one or ended without a word of it; the handler
 * panicked; it took the connection over (Hijack: WebSocket and the like), which is when the request ends.
 */
export const REQUEST_ENDS = { finished: 1, abandoned: 2, panic: 3, hijack: 4 } as const;
export type RequestEnd = keyof typeof REQUEST_ENDS;

/**
 * What the probe's route of a request was made of: the pattern its handler was registered with, its path, or `other`
 * because the agent knew its full number of routes. unknown: the row came from an agent that did not say.
 */
export const ROUTE_SOURCES = { unknown: 0, pattern: 1, template: 2, other: 3 } as const;
export type RouteSource = keyof typeof ROUTE_SOURCES;

/** What kind of Go semaphore a goroutine waited on, told from the sync frames of its stack. */
export const LOCK_KINDS = {
  other: 0,
  mutex: 1,
  rwmutex_read: 2,
  rwmutex_write: 3,
  waitgroup: 4,
  gc: 5,
} as const;
export type LockKind = keyof typeof LOCK_KINDS;

export const PROBE_EVENT_KINDS = { fatal: 1, throw: 2, panic: 3 } as const;
export type ProbeEventKind = keyof typeof PROBE_EVENT_KINDS;

/** What the overhead budget makes of a family now: on all the time; on for windows; off until it is tried again. */
export const SHED_STATES = ['never', 'cycled', 'refused'] as const;
export type ShedState = (typeof SHED_STATES)[number];

/** State of an agent_status row that another agent wrote for one that ended without its last word. */
export const AGENT_DIED = 'died';

export const TABLES = {
  /** One row per served HTTP request, from net/http.serverHandler.ServeHTTP to its end. ts = start. */
  http_requests: [
    { name: 'ts', type: TIME },
    { name: 'service', type: NAME },
    { name: 'platform', type: NAME },
    { name: 'method', type: NAME },
    { name: 'route', type: NAME },
    { name: 'duration_ns', type: 'UInt64' },
    { name: 'trace_id', type: 'FixedString(16)' },
    { name: 'span_id', type: 'FixedString(8)' },
    { name: 'parent_span_id', type: 'FixedString(8)' },
    { name: 'trace_source', type: 'UInt8' },
    { name: 'end', type: 'UInt8' },
    { name: 'pid', type: 'UInt32' },
    { name: 'goid', type: 'UInt64' },
    ...PROOF,
    { name: 'route_source', type: 'UInt8' },
  ],
  /** One row per time a goroutine parked on a semaphore. ts = when it queued. */
  lock_waits: [
    { name: 'ts', type: TIME },
    { name: 'service', type: NAME },
    { name: 'platform', type: NAME },
    { name: 'lock_kind', type: 'UInt8' },
    /** Address of the sync object (the Mutex, RWMutex, …), not of its semaphore field. */
    { name: 'lock_addr', type: 'UInt64' },
    /** queued → made ready by the releaser */
    { name: 'wait_ns', type: 'UInt64' },
    /** ready → running again: the scheduler's share, never counted as lock wait */
    { name: 'sched_ns', type: 'UInt64' },
    { name: 'trace_id', type: 'FixedString(16)' },
    { name: 'span_id', type: 'FixedString(8)' },
    { name: 'binding', type: 'UInt8' },
    { name: 'holder_trace_id', type: 'FixedString(16)' },
    { name: 'pid', type: 'UInt32' },
    { name: 'waiter_goid', type: 'UInt64' },
    { name: 'holder_goid', type: 'UInt64' },
    { name: 'waiter_stack', type: 'UInt64' },
    { name: 'holder_stack', type: 'UInt64' },
    /** first frame outside runtime and sync: the line that asked for the lock */
    { name: 'waiter_function', type: NAME },
    { name: 'waiter_file', type: NAME },
    { name: 'waiter_line', type: 'UInt32' },
    /** first frame outside runtime and sync on the releaser's stack: the line that let go */
    { name: 'holder_function', type: NAME },
    { name: 'holder_file', type: NAME },
    { name: 'holder_line', type: 'UInt32' },
    ...PROOF,
    /** of an RWMutex: RW_STATES, when the goroutine queued */
    { name: 'rw_state', type: 'UInt8' },
  ],
  /** Symbolised stacks, innermost frame first, inlined frames expanded. stack = stable hash of build id and frames. */
  stacks: [
    { name: 'ts', type: TIME },
    { name: 'service', type: NAME },
    { name: 'build_id', type: NAME },
    { name: 'stack', type: 'UInt64' },
    { name: 'functions', type: 'Array(String)' },
    { name: 'files', type: 'Array(String)' },
    { name: 'lines', type: 'Array(UInt32)' },
    ...PROOF,
  ],
  /** Fatal errors, throws and panics. */
  probe_events: [
    { name: 'ts', type: TIME },
    { name: 'service', type: NAME },
    { name: 'platform', type: NAME },
    { name: 'kind', type: 'UInt8' },
    { name: 'message', type: 'String' },
    { name: 'trace_id', type: 'FixedString(16)' },
    { name: 'span_id', type: 'FixedString(8)' },
    { name: 'binding', type: 'UInt8' },
    { name: 'pid', type: 'UInt32' },
    { name: 'goid', type: 'UInt64' },
    { name: 'stack', type: 'UInt64' },
    ...PROOF,
  ],
  /** What an agent says of itself, per family, every few seconds and once at its end (final = 1). Counts are since start. */
  agent_status: [
    { name: 'ts', type: TIME },
    { name: 'service', type: NAME },
    { name: 'platform', type: NAME },
    { name: 'family', type: NAME },
    { name: 'state', type: NAME },
    { name: 'pid', type: 'UInt32' },
    { name: 'build_id', type: NAME },
    { name: 'probes', type: 'UInt32' },
    { name: 'attach_ns', type: 'UInt64' },
    { name: 'ring_submitted', type: 'UInt64' },
    { name: 'ring_lost', type: 'UInt64' },
    { name: 'published_rows', type: 'UInt64' },
    { name: 'published_batches', type: 'UInt64' },
    { name: 'final', type: 'UInt8' },
    /** state AGENT_DIED: nobody watched from ts (the last reading of the counts) until then; 1970: nobody does again yet */
    { name: 'gap_end', type: TIME },
    ...PROOF,
    /** How long this family's probes were detached since the start because of what they cost: nobody watched then. */
    { name: 'shed_ns', type: 'UInt64' },
    /** of SHED_STATES; empty: the agent did not say, or the family is never shed */
    { name: 'shed_state', type: NAME },
    /** what the target was built from, one text on all CPUs: module, version, revision; empty: the agent or the program did not say */
    { name: 'build', type: NAME },
    /** CPU time of the target since its start, of all its threads; 0: the agent did not say */
    { name: 'cpu_ns', type: 'UInt64' },
  ],
  /** One row per HTTP round trip that the service makes, until the response's header. ts = start. */
  client_requests: [
    { name: 'ts', type: TIME },
    { name: 'service', type: NAME },
    { name: 'platform', type: NAME },
    { name: 'method', type: NAME },
    /** name and port of the request's URL, never user, path or query; a bounded number of them, then `other` */
    { name: 'host', type: NAME },
    /** 0: no response came */
    { name: 'status', type: 'UInt16' },
    { name: 'error', type: 'UInt8' },
    { name: 'duration_ns', type: 'UInt64' },
    { name: 'trace_id', type: 'FixedString(16)' },
    /** of the request during which the call was made */
    { name: 'span_id', type: 'FixedString(8)' },
    { name: 'binding', type: 'UInt8' },
    { name: 'pid', type: 'UInt32' },
    { name: 'goid', type: 'UInt64' },
    ...PROOF,
  ],
  map_events: MAP_EVENTS,
  gc_events: GC_EVENTS,
  syncmap_events: SYNCMAP_EVENTS,
  otel_traces: OTEL_TRACES,
  goroutine_events: GOROUTINE_EVENTS,
  struct_layouts: STRUCT_LAYOUTS,
  ...OTEL_TABLES,
} as const satisfies Record<BatchKind, readonly ColumnSpec[]>;

export type ColumnName<K extends BatchKind> = (typeof TABLES)[K][number]['name'];

/** All columns of one batch, in any order; the codec writes them in the table's order. */
export interface Columns<K extends BatchKind = BatchKind> {
  readonly kind: K;
  readonly rows: number;
  readonly columns: Readonly<Record<string, ColumnData>>;
}
