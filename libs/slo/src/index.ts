export { budgetOf, burnRate, compliance } from './budget.ts';
export type { Budget } from './budget.ts';
export { BURN_RULES, burnAlerts, hoursToSpend, MIN_BAD_REQUESTS, PERIOD_HOURS } from './burn-alerts.ts';
export type { BurnAlert, BurnRule, CountsOver } from './burn-alerts.ts';
export { addCounts, countGood, EMPTY_COUNTS, objectiveOf } from './objective.ts';
export type { Counts, LatencyObjective, ObjectiveText } from './objective.ts';
