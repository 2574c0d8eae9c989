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
  const counts = new Map<string, number>();
  for (const w of before) {
    const address = account.baseline.waits.lockAddresses[w] ?? '';
    if (isKnownLock(address)) counts.set(address, 0);
  }
  const known = account.locks.addresses.map(isKnownLock);
  for (const w of mine) {
    const lock = account.locks.ofWait[w] ?? 0;
    const address = account.locks.addresses[lock] ?? '';
    if (known[lock] === true) counts.set(address, (counts.get(address) ?? 0) + 1);
  }
  if (counts.size < MIN_SHARDS) return {};
  const total = [...counts.values()].reduce((sum, n) => sum + n, 0);
  const [hottest, most] = [...counts].reduce((best, row) => (row[1] > best[1] ? row : best));
  const { pValue } = evenSpread([...counts.values()]);
  return { spread: { locks: counts.size, hottest, hottestShare: wilson(most, total), pValue } };
}
