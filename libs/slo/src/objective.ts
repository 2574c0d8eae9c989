/**
 * A latency objective: a stated part of requests is served within a stated time.
 * "p99 ≤ 300 ms" and "99 % of requests within 300 ms" are one sentence in two forms; counting needs the second.
 */
import { MapscopeError } from '@mapscope/events';

export interface LatencyObjective {
  /** a request that takes longer is bad */
  readonly thresholdNanos: number;
  /** part of requests that must be good, between 0 and 1, both excluded: 1 leaves no budget to spend */
  readonly target: number;
}

export type ObjectiveText =
  | { readonly form: 'threshold'; readonly thresholdNanos: number; readonly target: number }
  | { readonly form: 'quantile'; readonly quantile: number; readonly limitNanos: number };

export function objectiveOf(text: ObjectiveText): LatencyObjective {
  switch (text.form) {
    case 'threshold':
      return checked({ thresholdNanos: text.thresholdNanos, target: text.target });
    case 'quantile':
      return checked({ thresholdNanos: text.limitNanos, target: text.quantile });
    default:
      return text satisfies never;
  }
}

function checked(objective: LatencyObjective): LatencyObjective {
  const { thresholdNanos, target } = objective;
  if (!(thresholdNanos > 0 && Number.isFinite(thresholdNanos)))
    throw new MapscopeError('QUERY_INVALID', `${thresholdNanos} ns is no latency limit: give a time above 0`);
  if (!(target > 0 && target < 1))
    throw new MapscopeError('QUERY_INVALID', `${target} is no target: give a part between 0 and 1, such as 0.99`);
  return objective;
}

/** Requests within the limit and all requests, of any window; counts of windows add up. */
export interface Counts {
  readonly good: number;
  readonly total: number;
}

export function countGood(durationNanos: Float64Array, objective: LatencyObjective): Counts {
  let good = 0;
  for (const duration of durationNanos) if (duration <= objective.thresholdNanos) good += 1;
  return { good, total: durationNanos.length };
}

export const EMPTY_COUNTS: Counts = { good: 0, total: 0 };

export const addCounts = (a: Counts, b: Counts): Counts => ({ good: a.good + b.good, total: a.total + b.total });
