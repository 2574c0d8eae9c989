/**
 * What bears on the answer without being a verdict: waits beside the request, maps in danger, a change of traffic, and every piece of evidence that was left out, with its number.
 */
import type { Account } from '../accounting/account.ts';
import type { Cohort } from '../accounting/cohort.ts';
import { MAX_REQUESTS_OF_TRACE } from '../accounting/match.ts';
import type { SlowSet } from '../accounting/share.ts';
import type { Findings } from '../evidence.ts';
import { UNKNOWN_SITE } from '../accounting/sites.ts';
import { ratio, sumOf } from '../statistics/bootstrap.ts';
import { klDivergence } from '../statistics/divergence.ts';
import type { Mix } from '../statistics/divergence.ts';
import { count, percent, place } from '../words.ts';

const WORTH_A_LINE = 0.05;

export function sideNotes(account: Account, slow: SlowSet, findings: Findings): readonly string[] {
  return [
    ...conflictNotes(findings),
    ...inheritedNote(account, slow),
    ...routeNote(account.spike.cohort, account.baseline.cohort, slow),
    ...leftOutNotes(account),
  ];
}

function inheritedNote(account: Account, slow: SlowSet): readonly string[] {
  const { offsets, request, nanos } = account.inherited;
  const perCandidate = account.groups.members.map((_, c) => {
    let sum = 0;
    for (let e = offsets[c] ?? 0; e < (offsets[c + 1] ?? 0); e += 1)
      if (slow.is[request[e] ?? 0] === 1) sum += nanos[e] ?? 0;
    return sum;
  });
  const most = perCandidate.reduce((best, value, c) => (value > (perCandidate[best] ?? 0) ? c : best), 0);
  const share = ratio(perCandidate[most] ?? 0, sumOf(slow.extraNanos));
  if (share < WORTH_A_LINE) return [];
  const site = account.sites[account.groups.members[most]?.[0] ?? 0]?.site ?? UNKNOWN_SITE;
  return [
    `not counted: goroutines that worked for slow requests waited at ${place(site)} for as long as ${percent(share)} of the extra latency; the requests themselves may not have waited for them`,
  ];
}

/** KL of 0.1 nats: for two routes of equal traffic, a move to about 72 : 28. */
const MIX_MOVED = 0.1;
const ONE_ROUTE = 0.8;

function routeNote(spike: Cohort, baseline: Cohort, slow: SlowSet): readonly string[] {
  const all = routeMix(spike, () => 1);
  if (all.counts.size < 2) return [];
  const ofSlow = routeMix(spike, (r) => slow.is[r] ?? 0);
  const [route, most] = [...ofSlow.counts].reduce((best, row) => (row[1] > best[1] ? row : best));
  const share = ratio(most, ofSlow.total);
  const moved =
    klDivergence(
      routeMix(baseline, () => 1),
      all,
    ) > MIX_MOVED;
  return [
    ...(share >= ONE_ROUTE ? [`${percent(share)} of the slow requests are of the route ${route}`] : []),
    ...(moved ? ['the mix of routes changed between the windows; medians are taken per route'] : []),
  ];
}

function routeMix(cohort: Cohort, weight: (request: number) => number): Mix {
  const sums = new Float64Array(cohort.routeNames.length);
  cohort.route.forEach((route, r) => {
    sums[route] = (sums[route] ?? 0) + weight(r);
  });
  return { counts: new Map(cohort.routeNames.map((name, i) => [name, sums[i] ?? 0])), total: sumOf(sums) };
}

/** Nobody is slow for it, and it is worth more than any slowness: told whatever the verdict, and where there is none. */
export function conflictNotes({ conflicts }: Findings): readonly string[] {
  const [first, ...others] = conflicts;
  if (first === undefined) return [];
  const other = first.other === undefined ? 'a writer that is not known' : place(first.other);
  return [
    `found beside it: two goroutines used ${first.mapType === '' ? 'a map' : `a \`${first.mapType}\``} at a time, at ${place(first.site)} and ${other}, ${count(first.count)} times${others.length > 0 ? `, and ${others.length} other pairs of lines` : ''}: the runtime may end the process for it at any time`,
  ];
}

function leftOutNotes(account: Account): readonly string[] {
  const stops = account.spike.stopsLeftOut + account.baseline.stopsLeftOut;
  const malformed = account.spike.matched.malformed + account.baseline.matched.malformed;
  const ambiguous = account.spike.matched.ambiguous + account.baseline.matched.ambiguous;
  return [
    ...(stops > 0
      ? [`left out: the rest of the stops of the world of ${count(stops)} requests, which met very many`]
      : []),
    ...(malformed > 0 ? [`left out: ${count(malformed)} waits with an impossible length`] : []),
    ...(ambiguous > 0
      ? [
          `left out: ${count(ambiguous)} waits whose trace id is shared by more than ${MAX_REQUESTS_OF_TRACE} requests: a client sends one constant traceparent`,
        ]
      : []),
  ];
}
