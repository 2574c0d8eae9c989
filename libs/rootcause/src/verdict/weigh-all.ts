/**
 * Everything that slow requests spent time on, weighed: locks, and what is no lock. One adjustment of p values over all of
 * them, weighed or not, so that looking at many causes cannot make one of them significant.
 */
import type { Account } from '../accounting/account.ts';
import type { SlowSet } from '../accounting/share.ts';
import { tailsOf } from '../accounting/tail.ts';
import type { Estimate } from '../answer.ts';
import { explainedShare, extraWait } from '../accounting/share.ts';
import { usualOf } from '../accounting/medians.ts';
import { isLock } from '../accounting/sites.ts';
import { benjaminiHochberg } from '../statistics/benjamini-hochberg.ts';
import { describeLock, lookupOf } from './candidates.ts';
import type { WeighedCandidate } from './candidates.ts';
import { recordedGround, weighRecorded } from './recorded.ts';
import type { Seen } from './recorded.ts';
import { spentOn, weighEverywhere, weighRest } from './time-causes.ts';
import type { WeighedTime } from './time-causes.ts';
import { doseOf, MAX_CANDIDATES, weigh } from './weigh.ts';
import type { Ground } from './weigh.ts';

export interface Weighed {
  /** most explaining first */
  readonly locks: readonly WeighedCandidate[];
  readonly times: readonly WeighedTime[];
  /** locks that slow requests waited on, but too briefly to be among them */
  readonly notWeighed: number;
  /** all locks of a request together: what contention explains at most */
  readonly allLocks: { readonly share: Estimate; readonly waited: Uint8Array };
}

export function weighAll(account: Account, slow: SlowSet, seen: Seen): Weighed {
  const ground = groundOf(account, slow);
  const met = bySlowTime(account, slow);
  const lookup = lookupOf(account, slow, seen.spike);
  const locks = met.filter((cause) => account.causes.all[cause]?.kind === 'lock');
  const chosen = locks.slice(0, MAX_CANDIDATES);
  const times = weighTimes(account, ground, met, seen);
  const weights = chosen.map((cause) => weigh(ground, spentOn(account, cause)));
  const all = [...weights, ...times];
  const adjusted = benjaminiHochberg(
    all.map(({ pValue }) => pValue),
    all.length + locks.length - chosen.length,
  );
  const described = weights.map((weight, i) =>
    describeLock(lookup, chosen[i] ?? 0, { ...weight, pValue: adjusted[i] ?? 1 }),
  );
  return {
    locks: spreadAdjusted(described).sort(byShare),
    times: times.map((time, i) => ({ ...time, pValue: adjusted[weights.length + i] ?? 1 })).sort(byShare),
    notWeighed: locks.length - chosen.length,
    allLocks: allLocksOf(account, ground),
  };
}

const byShare = (a: { explained: Estimate }, b: { explained: Estimate }): number =>
  b.explained.value - a.explained.value;

const groundOf = ({ spike, baseline }: Account, slow: SlowSet): Ground => ({
  spike: spike.cohort,
  baseline: baseline.cohort,
  slow,
  tails: tailsOf(spike.cohort, baseline.cohort, slow),
  dose: doseOf(spike.cohort),
  scratch: new Float64Array(Math.max(spike.cohort.count, baseline.cohort.count)),
});

/** Causes that slow requests spent time on, the longest total first. */
function bySlowTime(account: Account, slow: SlowSet): readonly number[] {
  const { table } = account.spike;
  const total = account.causes.all.map((_, c) => {
    let sum = 0;
    for (let e = table.offsets[c] ?? 0; e < (table.offsets[c + 1] ?? 0); e += 1)
      if (slow.is[table.request[e] ?? 0] === 1) sum += table.nanos[e] ?? 0;
    return sum;
  });
  return total
    .map((_, c) => c)
    .filter((c) => (total[c] ?? 0) > 0)
    .sort((a, b) => (total[b] ?? 0) - (total[a] ?? 0));
}

function weighTimes(account: Account, ground: Ground, met: readonly number[], seen: Seen): readonly WeighedTime[] {
  const ofKind = (...kinds: readonly string[]): readonly number[] =>
    met.filter((cause) => kinds.includes(account.causes.all[cause]?.kind ?? '')).slice(0, MAX_CANDIDATES);
  const everywhere = ofKind('scheduler', 'gc', 'downstream').map((cause) => weighEverywhere(account, ground, cause));
  const stateful = ofKind('channel', 'running');
  const recorded = stateful.length > 0 ? recordedGround(account, ground, seen) : undefined;
  const states = recorded === undefined ? [] : stateful.map((cause) => weighRecorded(account, recorded, cause));
  return [...everywhere, ...states, weighRest(account, ground)];
}

/** The concentration of each is a test of its own: adjusted among themselves. */
function spreadAdjusted(locks: readonly WeighedCandidate[]): WeighedCandidate[] {
  const tested = locks.filter(({ spread }) => spread !== undefined);
  const adjusted = benjaminiHochberg(tested.map(({ spread }) => spread?.pValue ?? 1));
  const of = new Map(tested.map((lock, i) => [lock, adjusted[i] ?? 1]));
  return locks.map((lock) =>
    lock.spread === undefined ? lock : { ...lock, spread: { ...lock.spread, pValue: of.get(lock) ?? 1 } },
  );
}

function allLocksOf(account: Account, ground: Ground): Weighed['allLocks'] {
  const sumOfLocks = ({ table, cohort }: Account['spike']): Float64Array => {
    const sum = new Float64Array(cohort.count);
    account.groups.members.forEach(([site = 0], c) => {
      if (!isLock(account.sites[site]?.lockKind ?? 'other')) return;
      for (let e = table.offsets[c] ?? 0; e < (table.offsets[c + 1] ?? 0); e += 1)
        sum[table.request[e] ?? 0] = (sum[table.request[e] ?? 0] ?? 0) + (table.nanos[e] ?? 0);
    });
    return sum;
  };
  const wait = sumOfLocks(account.spike);
  const extra = extraWait(ground.spike, wait, usualOf(ground.baseline, sumOfLocks(account.baseline)));
  return { share: explainedShare(ground.slow, extra), waited: Uint8Array.from(wait, (nanos) => (nanos > 0 ? 1 : 0)) };
}
