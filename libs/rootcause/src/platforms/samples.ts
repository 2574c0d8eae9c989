/**
 * Requests of one window as three numbers each (duration, wait, own time), by platform. Times are accounted as for a root
 * cause: clipped to the request, on its critical path only, none counted twice. Pure.
 *
 *   request   ├─────────────────────────────┤
 *             own │ lock │ own │ call │ own
 */
import { account } from '../accounting/account.ts';
import type { AccountedWindow, WindowTimes } from '../accounting/account.ts';
import type { Cause } from '../accounting/causes.ts';
import { dense } from '../accounting/carve.ts';
import { cohortOf } from '../accounting/cohort.ts';
import { isLock } from '../accounting/sites.ts';
import type { WaitingSite } from '../accounting/sites.ts';
import { NO_FINDINGS, NO_STRETCHES } from '../evidence.ts';
import type { WindowEvidence } from '../judge.ts';
import type { SiteMatcher } from './site.ts';

export interface Samples {
  readonly duration: Float64Array;
  readonly wait: Float64Array;
  readonly own: Float64Array;
  /** route → requests */
  readonly routes: ReadonlyMap<string, number>;
}

/** Waits per request at one lock, for all platforms: positions are those of `rows`. */
export interface SiteWaits {
  readonly site: WaitingSite;
  readonly wait: Float64Array;
}

export interface SampledWindow {
  /** platform → positions of its requests */
  readonly rows: ReadonlyMap<string, Uint32Array>;
  readonly duration: Float64Array;
  readonly wait: Float64Array;
  readonly own: Float64Array;
  readonly routes: readonly string[];
  /** most waited first, at most MAX_SITES */
  readonly sites: readonly SiteWaits[];
}

const MAX_SITES = 20;

/** @param asked of waits, only those at such a site; absent: all of locks */
export function sampleWindow(evidence: WindowEvidence, asked?: SiteMatcher): SampledWindow {
  const times = timesOf(evidence);
  const { count } = times.cohort;
  const { spike, sites, groups, causes } = account(times, NOTHING(times), new Uint8Array(count).fill(1));
  const wait = new Float64Array(count);
  const own = spike.cohort.duration.slice();
  const found: SiteWaits[] = [];
  causes.all.forEach((cause, number) => {
    if (cause.kind === 'running') return;
    const nanos = dense(spike.table, number, count);
    subtract(own, nanos);
    const members = membersOf(cause, groups.members, sites);
    if (!members.some(({ lockKind }) => isLock(lockKind))) return;
    if (asked !== undefined && !members.some(({ site }) => asked(site))) return;
    add(wait, nanos);
    const [site] = members;
    if (site !== undefined) found.push({ site, wait: nanos });
  });
  const most = found.sort((a, b) => total(b.wait) - total(a.wait)).slice(0, MAX_SITES);
  return { rows: rowsOf(spike), duration: spike.cohort.duration, wait, own, routes: routesOf(spike), sites: most };
}

const membersOf = (
  cause: Cause,
  groups: readonly (readonly number[])[],
  sites: readonly WaitingSite[],
): readonly WaitingSite[] =>
  cause.kind === 'lock' ? (groups[cause.group] ?? []).flatMap((number) => sites[number] ?? []) : [];

const timesOf = ({ requests, waits, stretches, findings }: WindowEvidence): WindowTimes => ({
  cohort: cohortOf(requests),
  waits,
  stretches: stretches ?? NO_STRETCHES,
  stops: (findings ?? NO_FINDINGS).stops,
  processes: requests.processes,
  goids: requests.goids,
});

/** The account is of one window here; the other one is empty. */
const NOTHING = ({ waits }: WindowTimes): WindowTimes => ({
  cohort: cohortOf({
    count: 0,
    total: 0,
    startUnixNanos: new BigInt64Array(),
    durationNanos: new Float64Array(),
    traceIds: [],
    routes: [],
    platforms: [],
  }),
  waits: { ...waits, count: 0 },
  stretches: NO_STRETCHES,
  stops: NO_FINDINGS.stops,
  processes: undefined,
});

function rowsOf({ cohort }: AccountedWindow): ReadonlyMap<string, Uint32Array> {
  const lists = new Map<string, number[]>();
  for (let r = 0; r < cohort.count; r += 1) {
    const platform = cohort.platforms[r] ?? '';
    const known = lists.get(platform);
    if (known === undefined) lists.set(platform, [r]);
    else known.push(r);
  }
  return new Map([...lists].map(([platform, list]) => [platform, Uint32Array.from(list)]));
}

const routesOf = ({ cohort }: AccountedWindow): readonly string[] =>
  Array.from(cohort.route, (number) => cohort.routeNames[number] ?? '');

function add(sums: Float64Array, values: Float64Array): void {
  for (let r = 0; r < sums.length; r += 1) sums[r] = (sums[r] ?? 0) + (values[r] ?? 0);
}

function subtract(rest: Float64Array, values: Float64Array): void {
  for (let r = 0; r < rest.length; r += 1) rest[r] = Math.max(0, (rest[r] ?? 0) - (values[r] ?? 0));
}

const total = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);

export function samplesOf(window: SampledWindow, platform: string): Samples {
  const rows = window.rows.get(platform) ?? new Uint32Array();
  const of = (values: Float64Array): Float64Array => Float64Array.from(rows, (r) => values[r] ?? 0);
  const routes = new Map<string, number>();
  for (const r of rows) routes.set(window.routes[r] ?? '', (routes.get(window.routes[r] ?? '') ?? 0) + 1);
  return { duration: of(window.duration), wait: of(window.wait), own: of(window.own), routes };
}
