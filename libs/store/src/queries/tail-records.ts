/** The words between the live tail and the tables. */
import type { BatchKind, LockKind } from '@mapscope/events';
import type { CodeSite } from '@mapscope/rootcause';

/** The tables that the live tail shows rows of. */
export const TAILED_KINDS = ['http_requests', 'lock_waits', 'probe_events'] as const satisfies readonly BatchKind[];
export type TailedKind = (typeof TAILED_KINDS)[number];

export interface TailBatch {
  readonly agent: string;
  readonly kind: TailedKind;
  readonly sequence: bigint;
  readonly rows: number;
  /** the server's clock when the ledger row was written */
  readonly insertedUnixMillis: number;
}

export interface TailSelection {
  readonly kinds: readonly TailedKind[];
  /** an agent is its service's from its first status on */
  readonly service?: string | undefined;
  readonly sinceUnixMillis: number;
}

/** Where a lane is: batches before this sequence are not wanted. */
export interface LanePoint {
  /** see laneOf */
  readonly lane: string;
  readonly sequence: bigint;
}

/** Rows `from < position ≤ to` of a batch, counted from 1 in an order that never changes. */
export interface TailRange {
  readonly batch: TailBatch;
  readonly from: number;
  readonly to: number;
}

export interface TailRow {
  readonly lane: string;
  readonly sequence: bigint;
  readonly position: number;
  readonly kind: TailedKind;
  readonly unixNanos: bigint;
  readonly service: string;
  readonly platform: string;
  /** 32 hex digits, all zero when there is none */
  readonly traceId: string;
  readonly route?: string;
  readonly method?: string;
  readonly durationNanos?: number;
  readonly waitNanos?: number;
  readonly schedNanos?: number;
  readonly lockKind?: LockKind;
  readonly waiter?: CodeSite;
  readonly holder?: CodeSite;
  readonly message?: string;
}

export interface TailSource {
  /** the server's clock */
  readonly nowUnixMillis: () => Promise<number>;
  /** the newest batch of each lane */
  readonly latest: (selection: TailSelection) => Promise<readonly TailBatch[]>;
  /** oldest first, at most MAX_BATCHES, none twice */
  readonly batches: (selection: TailSelection, done: readonly LanePoint[]) => Promise<readonly TailBatch[]>;
  /** rows that are not kept any more are missing */
  readonly rows: (ranges: readonly TailRange[]) => Promise<readonly TailRow[]>;
}

/** 64 random bits tell agents apart; half the id keeps cursors short. */
export const laneOf = ({ agent, kind }: Pick<TailBatch, 'agent' | 'kind'>): string => `${agent.slice(0, 16)} ${kind}`;
