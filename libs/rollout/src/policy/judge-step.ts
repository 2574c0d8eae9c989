/**
 * Whether a step of a ramp may stand: the probed processes against the rest, over the same time. Proportions with their
 * interval, never single values: a step is stopped when even the favourable end of the interval is beyond the limit.
 * Wilson's score interval: E. B. Wilson, JASA 22 (1927); of a difference: R. G. Newcombe, Statistics in Medicine 17 (1998),
 * method 10.
 */
export interface Counted {
  readonly requests: number;
  /** answered with an error, or not at all */
  readonly errors: number;
  /** slower than the p99 of the rest: one in a hundred when probes cost nothing */
  readonly slow: number;
  readonly processes: number;
  /** times a process ended or was started again */
  readonly restarts: number;
}

export interface StepEvidence {
  readonly probed: Counted;
  readonly rest: Counted;
  /** of one core, the largest of the probed processes */
  readonly costShare: number;
  readonly budgetShare: number;
  readonly eventsLost: number;
  readonly eventsSeen: number;
}

export interface StepLimits {
  /** cost over budget: the governor needs a period to see it */
  readonly overheadRatio: number;
  readonly lossRatio: number;
  /** how much larger a part of requests may be slow, or wrong */
  readonly slowDifference: number;
  readonly errorDifference: number;
  /** how much larger a part of processes may end */
  readonly restartDifference: number;
}

export const STEP_LIMITS: StepLimits = {
  overheadRatio: 1.2,
  lossRatio: 0.01,
  slowDifference: 0.01,
  errorDifference: 0.001,
  restartDifference: 0.02,
};

export const STOP_REASONS = ['overhead', 'events-lost', 'target-restarts', 'errors', 'p99'] as const;
export type StepStop = (typeof STOP_REASONS)[number];

/** The first reason to stop, the gravest first; undefined: go on. */
export function judgeStep(evidence: StepEvidence, limits: StepLimits = STEP_LIMITS): StepStop | undefined {
  const { probed, rest, eventsLost, eventsSeen } = evidence;
  if (excess([probed.restarts, probed.processes], [rest.restarts, rest.processes]) > limits.restartDifference)
    return 'target-restarts';
  if (excess([probed.errors, probed.requests], [rest.errors, rest.requests]) > limits.errorDifference) return 'errors';
  if (excess([probed.slow, probed.requests], [rest.slow, rest.requests]) > limits.slowDifference) return 'p99';
  if (evidence.costShare > limits.overheadRatio * evidence.budgetShare) return 'overhead';
  return wilson(eventsLost, eventsLost + eventsSeen).low > limits.lossRatio ? 'events-lost' : undefined;
}

type Part = readonly [of: number, all: number];

/** Lower end of the difference probed − rest; without anybody to compare with nothing is known. */
function excess([k1, n1]: Part, [k2, n2]: Part): number {
  if (n1 === 0 || n2 === 0) return Number.NEGATIVE_INFINITY;
  const [a, b] = [wilson(Math.min(k1, n1), n1), wilson(Math.min(k2, n2), n2)];
  return a.value - b.value - Math.hypot(a.value - a.low, b.high - b.value);
}

/** 95 %, two-sided */
const Z = 1.959_963_984_540_054;

function wilson(k: number, n: number): { readonly value: number; readonly low: number; readonly high: number } {
  if (n === 0) return { value: 0, low: 0, high: 1 };
  const p = k / n;
  const middle = (p + Z ** 2 / (2 * n)) / (1 + Z ** 2 / n);
  const half = (Z / (1 + Z ** 2 / n)) * Math.sqrt((p * (1 - p)) / n + Z ** 2 / (4 * n ** 2));
  return { value: p, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}
