/**
 * Multi-window, multi-burn-rate alerts: The Site Reliability Workbook (Google, O'Reilly 2018), chapter 5 "Alerting on SLOs",
 * table 5-8 (https://sre.google/workbook/alerting-on-slos/). The long window says that enough budget was burnt to matter,
 * the short one (a twelfth of it) that it still burns, so an alert ends soon after its cause does. Both must exceed the factor.
 *
 *   factor = part of the budget spent × period ÷ long window:  0.02 × 720 h ÷ 1 h = 14.4;  0.05 × 720 h ÷ 6 h = 6
 */
import { burnRate } from './budget.ts';
import type { Counts, LatencyObjective } from './objective.ts';

export const PERIOD_HOURS = 30 * 24;

export interface BurnRule {
  readonly name: 'fast-burn' | 'slow-burn';
  readonly longSeconds: number;
  readonly shortSeconds: number;
  /** part of the 30-day budget that the long window has spent when it fires */
  readonly budgetShare: number;
  readonly factor: number;
}

export const BURN_RULES = [
  { name: 'fast-burn', longSeconds: 3600, shortSeconds: 300, budgetShare: 0.02, factor: 14.4 },
  { name: 'slow-burn', longSeconds: 21_600, shortSeconds: 1800, budgetShare: 0.05, factor: 6 },
] as const satisfies readonly BurnRule[];

/**
 * A service of few requests burns fast by one slow request (same chapter, "Low-Traffic Services and Error Budget Alerting"):
 * fewer bad requests than this in the long window page nobody.
 */
export const MIN_BAD_REQUESTS = 5;

export interface BurnAlert {
  readonly rule: BurnRule;
  readonly longBurnRate: number;
  readonly shortBurnRate: number;
  readonly firing: boolean;
}

/** Counts of the last `seconds`; the caller asks its store. */
export type CountsOver = (seconds: number) => Counts;

export function burnAlerts(countsOver: CountsOver, objective: LatencyObjective): readonly BurnAlert[] {
  return BURN_RULES.map((rule) => {
    const long = countsOver(rule.longSeconds);
    const longBurnRate = burnRate(long, objective);
    const shortBurnRate = burnRate(countsOver(rule.shortSeconds), objective);
    const enough = long.total - long.good >= MIN_BAD_REQUESTS;
    return {
      rule,
      longBurnRate,
      shortBurnRate,
      firing: enough && longBurnRate > rule.factor && shortBurnRate > rule.factor,
    };
  });
}

/** Hours until the budget that is left is spent at this burn rate; Infinity when nothing burns. */
export const hoursToSpend = (budgetLeft: number, rate: number): number =>
  rate > 0 ? (Math.max(0, budgetLeft) * PERIOD_HOURS) / rate : Number.POSITIVE_INFINITY;
