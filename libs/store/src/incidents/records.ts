/** Incidents as they are stored, and what they are found by. Times in unix nanoseconds. */
import type { TimeWindow } from '@mapscope/events';
import type { AnswerCoverage, CodeSite } from '@mapscope/rootcause';
import type { Histogram } from '../evidence/histogram.ts';

/** merged: another incident turned out to be the same; it is kept as a mark and never shown. */
export type StoredState = 'open' | 'resolved' | 'merged';

export interface IncidentRecord {
  readonly id: string;
  readonly service: string;
  /** empty: several, or all there are */
  readonly route: string;
  /** empty: several, or all there are */
  readonly platform: string;
  readonly kind: 'latency' | 'crash';
  readonly state: StoredState;
  /** of an id it never changes */
  readonly startUnixNanos: bigint;
  /** of an open one: of what was seen so far */
  readonly endUnixNanos: bigint;
  readonly baselineFromUnixNanos: bigint;
  readonly baselineP99Nanos: number;
  readonly peakP99Nanos: number;
  /** of a crash: how often */
  readonly requests: number;
  readonly routes: readonly string[];
  readonly platforms: readonly string[];
  /** of a crash: what the runtime said */
  readonly message: string;
  /** empty: not yet told, as sentence and confidence */
  readonly verdict: string;
  readonly sentence: string;
  readonly confidence: string;
  /** what the verdict rests on; absent: none is told, or it was told before this was kept */
  readonly coverage?: AnswerCoverage | undefined;
  /** end of the window that the verdict is about; 0: none is told */
  readonly explainedUntilUnixNanos: bigint;
  readonly detectedUnixMillis: number;
  /** the highest of an id counts */
  readonly version: number;
}

/** As read: with the server's own time of the last change. */
export interface StoredIncident extends IncidentRecord {
  readonly changedUnixMillis: number;
}

export interface IncidentSelection {
  readonly window: TimeWindow;
  readonly service?: string | undefined;
  readonly state?: 'open' | 'resolved' | undefined;
  readonly limit: number;
  /** the last one of the page before */
  readonly after?: { readonly startUnixNanos: bigint; readonly id: string } | undefined;
}

/** Ten seconds of one service, route and platform. */
export interface ScopeInterval {
  readonly service: string;
  readonly route: string;
  readonly platform: string;
  readonly startUnixNanos: bigint;
  readonly requests: number;
  readonly histogram: Histogram;
}

/** The runtime ended a process. */
export interface Crash {
  readonly service: string;
  readonly platform: string;
  readonly unixNanos: bigint;
  readonly message: string;
  /** first line outside the runtime; undefined where the stack was never sent */
  readonly site: CodeSite | undefined;
}

export interface IncidentStore {
  /** newest first; those that overlap the window */
  readonly list: (selection: IncidentSelection) => Promise<readonly StoredIncident[]>;
  readonly get: (id: string) => Promise<StoredIncident | undefined>;
  /** changed at or after, by the server's clock; oldest change first, at most 1000 */
  readonly changes: (sinceUnixMillis: number, service?: string) => Promise<readonly StoredIncident[]>;
  readonly nowUnixMillis: () => Promise<number>;
  readonly put: (records: readonly IncidentRecord[]) => Promise<void>;
  /** the ten-second roll-up of the busiest scopes, or of one service */
  readonly intervals: (window: TimeWindow, service?: string) => Promise<readonly ScopeInterval[]>;
  readonly crashes: (sinceUnixNanos: bigint) => Promise<readonly Crash[]>;
  /** seen in the window: those watched for incidents, those whose SDK tells requests too, and how many are beyond the bound */
  readonly services: (window: TimeWindow) => Promise<WatchedServices>;
}

export interface WatchedServices {
  readonly watched: readonly string[];
  readonly withSpans: readonly string[];
  readonly leftOut: number;
}
