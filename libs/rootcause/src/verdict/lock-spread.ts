/**
 * Many locks behind one line (shards, one lock per connection): are they waited for alike, or is one of them hot?
 * Counted in waits of requests. Locks that nobody waited for in either window are not known, so the number of locks is a
 * lower bound, and an even spread over fewer locks is the harder hypothesis to reject.
 */
import type { Account } from '../accounting/account.ts';
import { isKnownLock } from '../accounting/locks.ts';
import type { Candidate } from '../answer.ts';
import { evenSpread } from '../statistics/g-test.ts';
import { wilson } from '../statistics/proportions.ts';

/** Two or three locks at a line are as many objects; a sharded map has more. */
export const MIN_SHARDS = 4;

export function spreadOf(account: Account, mine: Uint32Array, before: Uint32Array): Pick<Candidate, 'spread'> {
  const { locks, locksBefore } = account;
  const counts = new Map<number, number>();
  const see = (lock: number, waits: number): void => {
    const known = counts.get(lock);
    if (known !== undefined || isKnownLock(locks.addresses[lock] ?? '')) counts.set(lock, (known ?? 0) + waits);
  };
  for (const w of before) see(locksBefore.ofWait[w] ?? 0, 0);
  for (const w of mine) see(locks.ofWait[w] ?? 0, 1);
  if (counts.size < MIN_SHARDS) return {};
  const waits = [...counts.values()];
  const [hottest, most] = [...counts].reduce((best, row) => (row[1] > best[1] ? row : best));
  const spread = {
    locks: counts.size,
    hottest: locks.addresses[hottest] ?? '',
    hottestShare: wilson(most, mine.length),
    pValue: evenSpread(waits).pValue,
  };
  return { spread };
}
