/**
 * From the account to the locks of the answer: numbers (weigh.ts), who waited, who held, on which locks, in which traces.
 */
import type { Account } from '../accounting/account.ts';
import { heldPieces } from '../accounting/held-pieces.ts';
import { dividedByRelease, releasesOf } from '../accounting/holders.ts';
import type { HolderShare, Releases } from '../accounting/holders.ts';
import { UNKNOWN_SITE } from '../accounting/sites.ts';
import type { SlowSet } from '../accounting/share.ts';
import type { Candidate } from '../answer.ts';
import type { Findings } from '../evidence.ts';
import { blockingChain } from './blocking-chain.ts';
import { waitsOfCauses } from './cause-waits.ts';
import type { CauseWaits } from './cause-waits.ts';
import { heldBy } from './held-by.ts';
import { spreadOf } from './lock-spread.ts';
import { guardedBy } from './guarded-map.ts';
import { writerPending } from './writer-pending.ts';
import { RULES } from './rules.ts';
import { exemplars } from './weigh.ts';
import type { Unpublished, Weight } from './weigh.ts';

const MAX_LOCKS = 16;
const MAX_OTHER_SITES = 8;

export type WeighedCandidate = Candidate & Unpublished;

/** What describing a lock takes; made once for all of them. */
export interface Lookup {
  readonly account: Account;
  readonly slow: SlowSet;
  readonly findings: Findings;
  readonly releases: Releases;
  readonly waits: CauseWaits;
  readonly waitsBefore: CauseWaits;
}

export function lookupOf(account: Account, slow: SlowSet, findings: Findings): Lookup {
  const { spike, baseline, locks } = account;
  return {
    account,
    slow,
    findings,
    releases: releasesOf(locks, spike.matched),
    waits: waitsOfCauses(spike),
    waitsBefore: waitsOfCauses(baseline),
  };
}

/** The lock of cause number `cause`, which is a group of lock sites. */
export function describeLock(lookup: Lookup, cause: number, weight: Weight): WeighedCandidate {
  const { account, slow } = lookup;
  const { waits, matched, cohort } = account.spike;
  const [leader = 0, ...others] = account.groups.members[cause] ?? [];
  const mine = lookup.waits.of(cause);
  const slowWaits = ofSlow(mine, matched.request, slow);
  const locks = longestLocks(account, slowWaits);
  return {
    waiter: account.sites[leader]?.site ?? UNKNOWN_SITE,
    ...(others.length > 0 && {
      alsoWaitedAt: others.slice(0, MAX_OTHER_SITES).map((site) => account.sites[site]?.site ?? UNKNOWN_SITE),
    }),
    lockKind: account.sites[leader]?.lockKind ?? 'other',
    locks,
    ...holderOf(dividedByRelease(waits, matched, lookup.releases, slowWaits)),
    ...writerPending(account.spike, slowWaits, locks, lookup.findings.heldByReaders),
    ...spreadOf(account, mine, lookup.waitsBefore.of(cause)),
    ...guardedBy(locks, lookup.findings.guards),
    ...(weight.explained.value >= RULES.contributes && holdersOf(lookup, slowWaits)),
    waits: mine.length,
    exemplarTraceIds: exemplars(cohort, slow, weight.waitNanos),
    ...weight,
  };
}

/** What is known of the holders beside their line. */
function holdersOf({ account: { spike }, releases }: Lookup, waits: Uint32Array): Pick<Candidate, 'heldBy' | 'chain'> {
  const pieces = heldPieces(spike.matched, releases, waits);
  return { heldBy: heldBy(spike, pieces), chain: blockingChain(spike, releases, { waits, pieces }) };
}

function ofSlow(waits: Uint32Array, request: Int32Array, slow: SlowSet): Uint32Array {
  const found = new Uint32Array(waits.length);
  let n = 0;
  for (let i = 0; i < waits.length; i += 1) {
    const w = waits[i] ?? 0;
    if (slow.is[request[w] ?? 0] !== 1) continue;
    found[n] = w;
    n += 1;
  }
  return found.subarray(0, n);
}

/** The longest holder; absent when it is code without a readable stack. */
function holderOf(holders: readonly HolderShare[]): Pick<Candidate, 'releasedAt' | 'releasedAtShare'> {
  const [first] = holders;
  return first === undefined || first.site.function === ''
    ? {}
    : { releasedAt: first.site, releasedAtShare: first.share };
}

function longestLocks({ spike: { matched }, locks }: Account, chosen: Uint32Array): readonly string[] {
  const nanos = new Map<number, number>();
  for (const w of chosen) {
    const lock = locks.ofWait[w] ?? 0;
    nanos.set(lock, (nanos.get(lock) ?? 0) + (matched.to[w] ?? 0) - (matched.from[w] ?? 0));
  }
  return [...nanos]
    .sort(([, a], [, b]) => b - a)
    .slice(0, MAX_LOCKS)
    .map(([lock]) => locks.addresses[lock] ?? '');
}
