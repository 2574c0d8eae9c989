/**
 * The port: what root cause asks of a store. Owned here, implemented by libs/store (and by plain arrays in tests).
 * Evidence is columns, one entry per request or per wait, so that a window of 200 000 requests is a handful of arrays.
 */
import type { LockKind, TimeWindow } from '@mapscope/events';

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
  readonly waits: (query: EvidenceQuery) => Promise<WaitColumns>;
  readonly coverage: (query: EvidenceQuery) => Promise<Coverage>;
}
