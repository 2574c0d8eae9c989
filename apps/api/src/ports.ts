/**
 * What the controllers need from below, given through Nest provider tokens so that a test can give plain objects.
 * The types of the store are its own; only the part that is used is named here.
 */
import type { Clock } from '@mapscope/events';
import type { LatencyObjective } from '@mapscope/slo';
import type { Store } from '@mapscope/store';
import type { Format } from './metrics/exposition/write.ts';

export type QueryStore = Pick<
  Store,
  | 'ping'
  | 'evidence'
  | 'services'
  | 'contention'
  | 'trace'
  | 'tail'
  | 'incidents'
  | 'details'
  | 'platforms'
  | 'views'
  | 'agents'
  | 'pipeline'
  | 'healthCheck'
  | 'growth'
  | 'policies'
  | 'traceSearch'
>;

/** The way to the agents: wishes go out over Kafka. Absent where no brokers are configured. */
export interface ProbeControl {
  /** null withdraws it */
  readonly publishWanted: (key: string, wanted: object | null) => Promise<void>;
  /** messages the writer has not stored yet */
  readonly writerLag: () => Promise<number>;
}

/** For the operator, never for the caller: one line per thing that went wrong here. */
export type Log = (line: { readonly event: string } & Readonly<Record<string, string | number>>) => void;

export interface ApiNeeds {
  readonly store: QueryStore;
  /** null where no brokers are configured */
  readonly control: ProbeControl | null;
  readonly clock: Clock;
  readonly log: Log;
  /** of all services */
  readonly objective: LatencyObjective;
  /** where people open the pages, without a slash at the end */
  readonly publicUrl: () => string;
  /** called once, when the last connection has ended */
  readonly onClosed?: (() => Promise<void>) | undefined;
}

export const STORE = Symbol('STORE');
export const CONTROL = Symbol('CONTROL');
export const CLOCK = Symbol('CLOCK');
/** An `Explain`, see queries/explainer.ts. */
export const EXPLAIN = Symbol('EXPLAIN');
export const LOG = Symbol('LOG');
/** Writes the page of metrics. */
export type MetricsPage = (format: Format) => Promise<string>;
export const METRICS = Symbol('METRICS');
export const ON_CLOSED = Symbol('ON_CLOSED');
