/** Answers about one lock, one map, one platform, and about contention over time. Durations in nanoseconds. */
import type { LockKind, MapOp } from '@mapscope/events';
import type { CodeSite, EvidenceQuery } from '@mapscope/rootcause';

/** Where a page ends: the numbers that its last row is ordered by. */
export type PageEnd = readonly bigint[];

export interface Page {
  readonly limit: number;
  readonly after?: PageEnd | undefined;
}

export interface Paged<Row> {
  readonly rows: readonly Row[];
  /** undefined: there is no more */
  readonly end: PageEnd | undefined;
}

export interface SeriesAsked {
  readonly stepSeconds: number;
  readonly role: 'waiter' | 'holder';
  readonly limit: number;
}

/** One number per step of the window. */
export interface WaitSeries {
  readonly waits: Float64Array;
  readonly waitNanos: Float64Array;
}

export interface SiteSeries extends WaitSeries {
  readonly site: CodeSite;
  readonly lockKinds: readonly LockKind[];
}

export interface ContentionSeries {
  readonly startUnixNanos: readonly bigint[];
  readonly requestNanos: Float64Array;
  readonly sites: readonly SiteSeries[];
  readonly others: WaitSeries & { readonly sites: number };
}

export interface WaitTotals {
  readonly waits: number;
  readonly waitNanos: number;
  readonly maxWaitNanos: number;
}

export interface LockRow extends WaitTotals {
  readonly address: string;
  readonly lockKind: LockKind;
  readonly schedNanos: number;
  readonly waiter: CodeSite;
  readonly holder: CodeSite;
  readonly processes: number;
  readonly platforms: readonly string[];
}

export interface LockCell extends WaitTotals {
  readonly waiter: CodeSite;
  readonly holder: CodeSite;
  readonly platform: string;
}

export interface PlatformWaits {
  readonly platform: string;
  readonly requests: number;
  /** whose own goroutine waited */
  readonly waitingRequests: number;
  /** Σ wall time of its requests */
  readonly requestNanos: number;
  readonly waits: number;
  readonly waitNanos: number;
}

export interface LockRecord extends WaitTotals {
  readonly lockKinds: readonly LockKind[];
  readonly schedNanos: number;
  readonly processes: number;
  readonly platforms: readonly PlatformWaits[];
  readonly matrix: Paged<LockCell>;
  readonly guards: readonly { readonly mapType: string; readonly site: CodeSite; readonly count: number }[];
  readonly exemplarTraceIds: readonly string[];
}

export interface MapTotals {
  readonly operations: number;
  readonly writes: number;
  readonly conflicts: number;
}

export interface MapRow extends MapTotals {
  readonly address: string;
  readonly mapType: string;
  readonly site: CodeSite;
  readonly platforms: readonly string[];
}

export interface MapCell {
  readonly site: CodeSite;
  readonly other: CodeSite | undefined;
  readonly platform: string;
  readonly conflicts: number;
  readonly maxInsideNanos: number;
  readonly isSeenByRuntime: boolean;
}

export interface MapRecord extends MapTotals {
  readonly mapTypes: readonly string[];
  readonly uses: readonly {
    readonly site: CodeSite;
    readonly op: MapOp;
    readonly platform: string;
    readonly count: number;
  }[];
  readonly matrix: Paged<MapCell>;
  readonly guardedBy: readonly {
    readonly lockAddress: string;
    readonly lockKind: LockKind;
    readonly site: CodeSite;
    readonly count: number;
  }[];
}

export interface DetailSource {
  readonly contentionSeries: (query: EvidenceQuery, asked: SeriesAsked) => Promise<ContentionSeries>;
  readonly locks: (query: EvidenceQuery, page: Page) => Promise<Paged<LockRow>>;
  /** undefined: nobody waited for it in the window */
  readonly lock: (query: EvidenceQuery, address: bigint, page: Page) => Promise<LockRecord | undefined>;
  readonly maps: (query: EvidenceQuery, page: Page) => Promise<Paged<MapRow>>;
  readonly map: (query: EvidenceQuery, address: bigint, page: Page) => Promise<MapRecord | undefined>;
  readonly platforms: (query: EvidenceQuery) => Promise<readonly PlatformWaits[]>;
}
