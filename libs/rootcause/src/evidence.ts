/**
 * The port: what root cause asks of a store. Owned here, implemented by libs/store (and by plain arrays in tests).
 * Evidence is columns, one entry per request or per wait, so that a window of 200 000 requests is a handful of arrays.
 */
import type { LockKind, TimeWindow } from '@mapscope/events';
import type { BindingMix, WatchedTime } from './watched.ts';

export interface EvidenceQuery {
  readonly service: string;
  /** absent: all routes together */
  readonly route?: string | undefined;
  /** absent: all platforms together; the answer still splits them */
  readonly platform?: string | undefined;
  readonly window: TimeWindow;
}

/** One latency sample per request. */
export interface RequestColumns {
  readonly count: number;
  /** start, unix nanoseconds */
  readonly startUnixNanos: BigInt64Array;
  readonly durationNanos: Float64Array;
  /** 32 hex digits */
  readonly traceIds: readonly string[];
  readonly routes: readonly string[];
  readonly platforms: readonly string[];
  /** requests in the store for this query; more than `count` only where the set was cut by trace-id hash */
  readonly total: number;
  /** which process served it, any number but 0; 0 or absent: not known, and stops of the world are not counted against it */
  readonly processes?: Uint32Array | undefined;
  /** the goroutine that served it; 0 or absent: not known, and it is never told that it held a lock */
  readonly goids?: Float64Array | undefined;
}

/** A line of source where a lock was asked for or let go. */
export interface CodeSite {
  readonly function: string;
  readonly file: string;
  readonly line: number;
}

/** Waits of requests (trace id known), one entry per time a goroutine parked. */
export interface WaitColumns {
  readonly count: number;
  readonly traceIds: readonly string[];
  readonly startUnixNanos: BigInt64Array;
  readonly waitNanos: Float64Array;
  readonly schedNanos: Float64Array;
  /** 16 hex digits behind 0x */
  readonly lockAddresses: readonly string[];
  /** index into sites: who waited */
  readonly waiterSites: Uint32Array;
  /** index into sites: who let go */
  readonly holderSites: Uint32Array;
  readonly lockKinds: readonly LockKind[];
  /** exact: the request's own goroutine; inherited: one it started */
  readonly bindings: readonly ('exact' | 'inherited')[];
  readonly sites: readonly CodeSite[];
  /** RW_STATES of @mapscope/events; absent where the source does not say */
  readonly rwStates?: Uint8Array | undefined;
  /** who waited, who let go, and in which process (as of RequestColumns); absent: no chains are followed */
  readonly goroutines?: WaitGoroutines | undefined;
}

/** Goroutine ids are counted up from 1 in each process: exact in a double for longer than anything runs. */
export interface WaitGoroutines {
  readonly waiters: Float64Array;
  readonly holders: Float64Array;
  readonly processes: Uint32Array;
}

/** Waits that are bound to no request, of one line and one line that let go, all together. */
export interface UnboundWaits {
  readonly waiter: CodeSite;
  readonly holder: CodeSite;
  readonly waits: number;
  readonly waitNanos: number;
}

/**
 * Stretches of requests' time that are no waits on locks. call: an HTTP round trip, until the response's header; assist: help
 * with marking, owed to the collector; channel, runnable, running: states of the goroutine, known only inside of dumps
 * of its flight recorder.
 */
export const STRETCH_KINDS = ['call', 'assist', 'channel', 'runnable', 'running'] as const;
export type StretchKind = (typeof STRETCH_KINDS)[number];

export interface StretchColumns {
  readonly count: number;
  /** index into STRETCH_KINDS */
  readonly kinds: Uint8Array;
  /** of a call: index into hosts; of a channel: into sites; else 0 */
  readonly names: Uint32Array;
  readonly traceIds: readonly string[];
  readonly startUnixNanos: BigInt64Array;
  readonly durationNanos: Float64Array;
  /** 1: of the request's own goroutine; 0: of one it started */
  readonly exact: Uint8Array;
  readonly hosts: readonly string[];
  readonly sites: readonly CodeSite[];
}

/** Moments when the world stood still: every request of the process that was under way. */
export interface StopColumns {
  readonly processes: Uint32Array;
  readonly startUnixNanos: BigInt64Array;
  readonly durationNanos: Float64Array;
}

/** Two goroutines in one map at a time, one of them writing. */
export interface MapConflict {
  /** "map[string]int"; empty where it is not known */
  readonly mapType: string;
  readonly mapAddress: string;
  readonly site: CodeSite;
  /** absent where only its writing flag was seen */
  readonly other?: CodeSite | undefined;
  readonly count: number;
}

/** The runtime ended the process because of a map that two goroutines used at a time. */
export interface MapCrash {
  readonly unixNanos: bigint;
  readonly message: string;
}

/** A map that was used right after a lock was waited for. */
export interface MapGuard {
  readonly lockAddress: string;
  readonly mapType: string;
  readonly site: CodeSite;
  readonly count: number;
}

/** A writer of an RWMutex waited for readers to leave; whoever else came meanwhile waited behind it. */
export interface HeldByReader {
  readonly lockAddress: string;
  /** the last reader to leave */
  readonly reader: CodeSite;
  readonly waitNanos: number;
}

/** What is known of a window beside its requests; lists are the most frequent first, at most 100. */
export interface Findings {
  /** tables (BatchKind) that agents of the service report on: which families watched; empty: no agent said anything */
  readonly watched: readonly string[];
  readonly stops: StopColumns;
  /** cycles of the collector that began in the window */
  readonly collections: number;
  readonly conflicts: readonly MapConflict[];
  readonly crashes: readonly MapCrash[];
  readonly guards: readonly MapGuard[];
  readonly heldByReaders: readonly HeldByReader[];
  /** of all waits on locks, also those that are no evidence about a request; absent where the source does not say */
  readonly bindings?: BindingMix | undefined;
  /** since when until when states of goroutines are complete, each a dump of the flight recorder */
  readonly recorded: readonly { readonly process: number; readonly window: TimeWindow }[];
}

/** What an SDK says of requests: attributes of their SERVER spans and of the resource. One row for each span. */
export interface SpanAttributes {
  readonly traceIds: readonly string[];
  /** per span: index into sets */
  readonly setOf: Uint32Array;
  readonly sets: readonly (readonly (readonly [key: string, value: string])[])[];
}

/** Per bucket of `stepSeconds`. */
export interface LatencyPoint {
  readonly startUnixNanos: bigint;
  readonly requests: number;
  readonly p50Nanos: number;
  readonly p99Nanos: number;
}

/** How much of what happened the answer rests on; counted in ring events since the agents' start. */
export interface Coverage {
  readonly ringSubmitted: number;
  readonly ringLost: number;
  readonly published: number;
  readonly inserted: number;
}

export interface EvidenceSource {
  readonly latencySeries: (query: EvidenceQuery, stepSeconds: number) => Promise<readonly LatencyPoint[]>;
  readonly requests: (query: EvidenceQuery) => Promise<RequestColumns>;
  /** of the window's requests, those too that begin after the window's end */
  readonly waits: (query: EvidenceQuery) => Promise<WaitColumns>;
  /** alike */
  readonly stretches: (query: EvidenceQuery) => Promise<StretchColumns>;
  readonly findings: (query: EvidenceQuery) => Promise<Findings>;
  readonly coverage: (query: EvidenceQuery) => Promise<Coverage>;
  /** which part of the window's time probes were on, table by table; absent where a source cannot say */
  readonly watched?: ((query: EvidenceQuery) => Promise<readonly WatchedTime[]>) | undefined;
  /** keys that have few values alone; undefined where no SDK sends spans, or too many; absent where a source knows none */
  readonly spanAttributes?: ((query: EvidenceQuery) => Promise<SpanAttributes | undefined>) | undefined;
  /** asked only where nothing binds waits to requests; most waited first, at most 20; absent where a source cannot say */
  readonly unboundWaits?: ((query: EvidenceQuery) => Promise<readonly UnboundWaits[]>) | undefined;
}

export const NO_STRETCHES: StretchColumns = {
  count: 0,
  kinds: new Uint8Array(),
  names: new Uint32Array(),
  traceIds: [],
  startUnixNanos: new BigInt64Array(),
  durationNanos: new Float64Array(),
  exact: new Uint8Array(),
  hosts: [],
  sites: [],
};

export const NO_FINDINGS: Findings = {
  watched: [],
  stops: { processes: new Uint32Array(), startUnixNanos: new BigInt64Array(), durationNanos: new Float64Array() },
  collections: 0,
  conflicts: [],
  crashes: [],
  guards: [],
  heldByReaders: [],
  recorded: [],
};
