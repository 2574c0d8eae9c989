/** Two that are compared, and by how much they must differ for anybody to act. */
import type { Contrast, Refusal } from './answer.ts';
import type { Named } from './refusals.ts';

/** Ratios: beyond differs one of them is worse; within alike nothing was found; both below contention: neither waits. */
export const MARGINS = { differs: 1.1, alike: 1.5, contention: 0.01 } as const;

export interface Compared {
  readonly subject: Named;
  readonly against: Named;
  /** what the waits are for: "`(*Cache).Get` (cache.go:42)", "locks" */
  readonly lock: string;
  readonly refusals: readonly Refusal[];
}

export type Unspoken = Omit<Contrast, 'sentence'>;
