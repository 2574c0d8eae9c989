/**
 * Compliance, error budget and burn rate over counts.
 *
 *   burn rate    = bad ÷ total ÷ (1 − target): 1 spends exactly the budget over the period, 14.4 spends it in a fourteenth of it
 *   budget left  = 1 − burn rate over the whole period: 1 untouched, 0 spent, negative overspent
 *
 * Example: target 0.99, 10 000 requests, 25 bad: compliance 0.9975, burn rate 0.25, budget left 0.75.
 * No requests: nothing was broken, nothing was spent.
 */
import type { Counts, LatencyObjective } from './objective.ts';

export interface Budget {
  readonly compliance: number;
  readonly met: boolean;
  readonly burnRate: number;
  readonly left: number;
  /** bad requests that may still happen in the period at its traffic so far; 0 when overspent */
  readonly badRequestsLeft: number;
}

export const compliance = (counts: Counts): number => (counts.total > 0 ? counts.good / counts.total : 1);

export const burnRate = (counts: Counts, objective: LatencyObjective): number =>
  counts.total > 0 ? (counts.total - counts.good) / counts.total / (1 - objective.target) : 0;

/** `counts` of the whole period so far. */
export function budgetOf(counts: Counts, objective: LatencyObjective): Budget {
  const rate = burnRate(counts, objective);
  const allowed = counts.total * (1 - objective.target);
  return {
    compliance: compliance(counts),
    met: counts.good >= counts.total * objective.target,
    burnRate: rate,
    left: 1 - rate,
    badRequestsLeft: Math.max(0, Math.floor(allowed - (counts.total - counts.good) + 1e-9)),
  };
}
