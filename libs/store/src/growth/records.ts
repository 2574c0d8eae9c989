/** What was stored since one looked last, summed up: what counters of a metrics page grow by. */
import type { LockKind, MapOp, ProbeEventKind, SyncmapOp } from '@mapscope/events';

/** Insertion time, from ≤ t < to: each row falls into one window, however late it came. */
export interface InsertedWindow {
  readonly fromUnixMillis: number;
  readonly toUnixMillis: number;
}

/** The longest of the sum, so that somebody can look at one. */
export interface Slowest {
  /** empty: it carried no trace */
  readonly traceId: string;
  readonly nanos: number;
  readonly atUnixNanos: bigint;
}

export interface Durations {
  readonly count: number;
  readonly sumNanos: number;
  /** how many took at most each of the bounds that were asked for */
  readonly within: readonly number[];
  readonly slowest: Slowest;
}

export interface RequestGrowth extends Durations {
  readonly service: string;
  readonly platform: string;
  readonly method: string;
  readonly route: string;
}

export interface WaitGrowth extends Durations {
  readonly service: string;
  readonly platform: string;
  readonly lockKind: LockKind;
  /** where it was asked for */
  readonly function: string;
  readonly file: string;
  readonly line: number;
}

export interface MapGrowth {
  readonly service: string;
  readonly platform: string;
  readonly op: MapOp;
  readonly keyClass: string;
  readonly operations: number;
  readonly conflicts: number;
}

export interface SyncmapGrowth {
  readonly service: string;
  readonly platform: string;
  readonly op: SyncmapOp;
  /** of the sync.Map, hexadecimal; 0x0: there were too many to tell them apart */
  readonly mapAddress: string;
  readonly operations: number;
}

export interface CrashGrowth {
  readonly service: string;
  readonly platform: string;
  readonly kind: ProbeEventKind;
  readonly crashes: number;
}

export interface Growth {
  readonly requests: readonly RequestGrowth[];
  readonly waits: readonly WaitGrowth[];
  readonly maps: readonly MapGrowth[];
  readonly syncmaps: readonly SyncmapGrowth[];
  readonly crashes: readonly CrashGrowth[];
}

/** Upper bounds of durations, ascending, in nanoseconds. */
export interface GrowthBounds {
  readonly requestNanos: readonly number[];
  readonly waitNanos: readonly number[];
}

export type ReadGrowth = (window: InsertedWindow, bounds: GrowthBounds) => Promise<Growth>;
