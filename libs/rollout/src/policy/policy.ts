/**
 * A probe policy: which families, on which processes, how much of what they see, until when, and how fast from few to all.
 * Time alone moves a ramp, so that every agent knows its step by itself, also after a restart and while Kafka is down.
 *
 *   percent
 *   100 ┤                      ┌──────────┐         hold  hold  hold
 *    25 ┤               ┌──────┘          │       ◄────►◄────►◄────►
 *     5 ┤        ┌──────┘                 │
 *     1 ┤ ┌──────┘                        └── ttl
 *       └─┴──────┴──────┴──────┴──────────┴──► time since startsUnixMillis
 */
import type { Selector } from '../selector.ts';

/** What of what the probes see becomes an event; counts are kept of all. */
export type Labelling =
  | { readonly strategy: 'full' }
  /** one trace of N, always the same ones */
  | { readonly strategy: 'sampled'; readonly oneIn: number }
  /** waits of at least so long, conflicts, crashes */
  | { readonly strategy: 'anomaly'; readonly minWaitNanos: number };

/** An event has to fit all that is given. */
export interface Predicate {
  readonly mapAddress?: string;
  readonly mapType?: string;
  readonly keyClass?: string;
  readonly minWaitNanos?: number;
}

export interface Ramp {
  /** of those that the selectors name, ascending */
  readonly percents: readonly number[];
  readonly holdMillis: number;
}

export interface PolicyStop {
  readonly reason: string;
  readonly atUnixMillis: number;
  /** index into the ramp's percents */
  readonly step: number;
}

export interface Policy {
  readonly name: string;
  /** the highest of a name counts */
  readonly version: number;
  readonly owner: string;
  readonly reason: string;
  /** `off` keeps every process that fits from being probed by any policy */
  readonly state: 'on' | 'off';
  readonly startsUnixMillis: number;
  readonly ttlMillis: number;
  readonly families: readonly string[];
  readonly labelling: Labelling;
  readonly predicate: Predicate;
  /** one that fits is enough */
  readonly selectors: readonly Selector[];
  /** of one core, for each process */
  readonly budgetShare: number;
  /** null: all at once */
  readonly ramp: Ramp | null;
  /** set when the ramp was stopped: nothing is probed from then on */
  readonly stopped: PolicyStop | null;
}

/** Clocks of two machines differ; a policy further ahead than this has not begun. */
const MAX_CLOCK_AHEAD_MILLIS = 60_000;

export const endsUnixMillis = ({ startsUnixMillis, ttlMillis }: Policy): number => startsUnixMillis + ttlMillis;

/** Index of the ramp's step at a moment; 0 without a ramp. */
export function stepAt({ startsUnixMillis, ramp }: Policy, nowUnixMillis: number): number {
  if (ramp === null) return 0;
  const passed = Math.max(0, nowUnixMillis - startsUnixMillis);
  return Math.min(Math.floor(passed / ramp.holdMillis), ramp.percents.length - 1);
}

export const isOver = (policy: Policy, nowUnixMillis: number): boolean => nowUnixMillis >= endsUnixMillis(policy);

/** Of those that its selectors name: 0 before it begins, after its end, and once it was stopped. */
export function percentAt(policy: Policy, nowUnixMillis: number): number {
  if (policy.state === 'off' || policy.stopped !== null || isOver(policy, nowUnixMillis)) return 0;
  if (policy.startsUnixMillis > nowUnixMillis + MAX_CLOCK_AHEAD_MILLIS) return 0;
  return policy.ramp?.percents[stepAt(policy, nowUnixMillis)] ?? 100;
}
