/**
 * The overhead budget: what probes on fast paths may cost a target. Used by the governor; it measures and carries out
 * nothing.
 *
 *   allowance of a while = the larger of   share × CPU time that the target itself took in it
 *                                          floorCores × its length
 *   room of the groups that can be shed    = allowance − what the others cost, but never less than a third of it
 *
 * The floor is there because a share of little is nothing: a service that sleeps costs nobody anything. The third, because
 * what cannot be shed (locks, collections, crashes, calls to others: paths that a service takes when it is slow anyway)
 * must not silence the requests those events are explained by.
 */
export interface Budget {
  /** of the CPU time that the target takes without its probes: a share of 0.03 makes it 1.03 times as expensive */
  readonly share: number;
  /** of one core: what costs less is never shed */
  readonly floorCores: number;
}

/**
 * 3 %: costs are estimates, and one that is wrong by half still keeps 8 % (design §8). 1 % of a core are 5 000 hits a second,
 * 1 700 requests: below it a service is not touched.
 */
export const DEFAULT_SHARE = 0.03;
const FLOOR_CORES = 0.01;

/** @param share of the target's CPU time */
export const budgetOf = (share: number): Budget => ({ share, floorCores: Math.min(FLOOR_CORES, share) });

export interface While {
  readonly elapsedNanos: number;
  /** that the target took meanwhile, on all cores, its probes included */
  readonly cpuNanos: number;
  /** of it, what its probes took */
  readonly probesNanos: number;
}

export function allowanceNanos({ share, floorCores }: Budget, time: While): number {
  return Math.max(share * (time.cpuNanos - time.probesNanos), floorCores * time.elapsedNanos);
}

export function roomNanos(allowance: number, fixedNanos: number): number {
  return Math.max(allowance - fixedNanos, allowance / 3);
}
