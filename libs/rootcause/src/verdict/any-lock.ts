import type { Account } from '../accounting/account.ts';
import { usualOf } from '../accounting/medians.ts';
import { explainedShare, extraWait } from '../accounting/share.ts';
import type { SlowSet } from '../accounting/share.ts';
import { dense } from '../accounting/wait-table.ts';
import type { Estimate } from '../answer.ts';
import type { Rng } from '../statistics/rng.ts';

/** All locks of a request together, overlaps united: what contention explains at most. */
export function anyLockOf(
  accounted: Account,
  slow: SlowSet,
  rng: Rng,
): { readonly share: Estimate; readonly waited: Uint8Array } {
  const { spike, baseline } = accounted;
  const wait = dense(spike.anyLock, 0, spike.cohort.count);
  const before = dense(baseline.anyLock, 0, baseline.cohort.count);
  const extra = extraWait(spike.cohort, wait, usualOf(baseline.cohort, before));
  return {
    share: explainedShare(slow, extra, rng),
    waited: Uint8Array.from(wait, (nanos) => (nanos > 0 ? 1 : 0)),
  };
}
