/**
 * From the account to the candidates of the answer: numbers (weigh.ts), who waited, who held, on which locks, in which traces.
 */
import { dividedByRelease, releasesOf } from '../accounting/holders.ts';
import type { HolderShare, Releases } from '../accounting/holders.ts';
import type { Account } from '../accounting/account.ts';
import { UNKNOWN_SITE } from '../accounting/sites.ts';
import type { SlowSet } from '../accounting/share.ts';
import { tailsOf } from '../accounting/tail.ts';
import type { Candidate } from '../answer.ts';
import { benjaminiHochberg } from '../statistics/benjamini-hochberg.ts';
import type { Rng } from '../statistics/rng.ts';
import { doseOf, MAX_CANDIDATES, weigh } from './weigh.ts';
import type { WeighedCandidate } from './weigh.ts';

const MAX_LOCKS = 16;
const MAX_OTHER_SITES = 8;
const MAX_EXEMPLARS = 5;

export interface Weighed {
  /** most explaining first */
  readonly candidates: readonly WeighedCandidate[];
  /** candidates that slow requests waited on, but too briefly to be among them */
  readonly notWeighed: number;
}

export function weighAll(account: Account, slow: SlowSet, rng: Rng): Weighed {
  const waited = bySlowWait(account, slow);
  const [spike, baseline] = [account.spike.cohort, account.baseline.cohort];
  const tails = tailsOf(spike, baseline, slow);
  const ground = { ...account, slow, tails, dose: doseOf(spike) };
  const releases = releasesOf(account.spike.waits, account.spike.matched);
  const chosen = waited.slice(0, MAX_CANDIDATES);
  const weights = chosen.map((candidate) => weigh(ground, candidate, rng));
  const adjusted = benjaminiHochberg(
    weights.map((weight) => weight.pValue),
    waited.length,
  );
  const candidates = weights.map((weight, i): WeighedCandidate => {
    const about = describe(account, releases, slow, { candidate: chosen[i] ?? 0, waitNanos: weight.waitNanos });
    return { ...about, ...weight, pValue: adjusted[i] ?? 1 };
  });
  candidates.sort((a, b) => b.explained.value - a.explained.value);
  return { candidates, notWeighed: waited.length - chosen.length };
}

/** Candidates that slow requests waited on, the longest total first. */
function bySlowWait(account: Account, slow: SlowSet): readonly number[] {
  const { table } = account.spike;
  const total = account.groups.members.map((_, c) => {
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

type About = Pick<
  Candidate,
  'waiter' | 'alsoWaitedAt' | 'lockKind' | 'locks' | 'releasedAt' | 'releasedAtShare' | 'waits' | 'exemplarTraceIds'
>;

function describe(
  account: Account,
  releases: Releases,
  slow: SlowSet,
  weighed: { readonly candidate: number; readonly waitNanos: Float64Array },
): About {
  const { waits, matched, candidateOfWait } = account.spike;
  const [leader = 0, ...others] = account.groups.members[weighed.candidate] ?? [];
  const mine = waitsOf(candidateOfWait, matched.request, weighed.candidate);
  const slowWaits = mine.filter((w) => slow.is[matched.request[w] ?? 0] === 1);
  return {
    waiter: account.sites[leader]?.site ?? UNKNOWN_SITE,
    ...(others.length > 0 && {
      alsoWaitedAt: others.slice(0, MAX_OTHER_SITES).map((site) => account.sites[site]?.site ?? UNKNOWN_SITE),
    }),
    lockKind: account.sites[leader]?.lockKind ?? 'other',
    locks: longestLocks(account, slowWaits),
    ...holderOf(dividedByRelease(waits, matched, releases, slowWaits)),
    waits: mine.length,
    exemplarTraceIds: exemplars(account.spike.cohort.traceIds, slow, weighed.waitNanos),
  };
}

function waitsOf(candidateOfWait: Int32Array, request: Int32Array, candidate: number): readonly number[] {
  const found: number[] = [];
  candidateOfWait.forEach((c, w) => {
    if (c === candidate && (request[w] ?? -1) >= 0) found.push(w);
  });
  return found;
}

/** The longest holder; absent when it is code without a readable stack. */
function holderOf(holders: readonly HolderShare[]): Pick<Candidate, 'releasedAt' | 'releasedAtShare'> {
  const [first] = holders;
  return first === undefined || first.site.function === ''
    ? {}
    : { releasedAt: first.site, releasedAtShare: first.share };
}

function longestLocks(account: Account, chosen: readonly number[]): readonly string[] {
  const { waits, matched } = account.spike;
  const nanos = new Map<string, number>();
  for (const w of chosen) {
    const address = waits.lockAddresses[w] ?? '';
    nanos.set(address, (nanos.get(address) ?? 0) + (matched.to[w] ?? 0) - (matched.from[w] ?? 0));
  }
  return [...nanos]
    .sort(([, a], [, b]) => b - a)
    .slice(0, MAX_LOCKS)
    .map(([address]) => address);
}

function exemplars(traceIds: readonly string[], slow: SlowSet, wait: Float64Array): readonly string[] {
  return Array.from(slow.at.filter((r) => (wait[r] ?? 0) > 0))
    .sort((a, b) => (wait[b] ?? 0) - (wait[a] ?? 0))
    .slice(0, MAX_EXEMPLARS)
    .map((r) => traceIds[r] ?? '');
}
