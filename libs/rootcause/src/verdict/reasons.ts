/**
 * What was found and what was ruled out, one line each.
 */
import { isLock } from '../accounting/sites.ts';
import type { LockKind } from '@mapscope/events';
import type { BlockingChain, HeldBy, LockSpread, TimeCause } from '../answer.ts';
import { count, hundredths, milliseconds, percent, percentInterval, place } from '../words.ts';
import type { WeighedCandidate } from './candidates.ts';
import { RULES, supportOf } from './rules.ts';
import type { Facts, Rise, Weighty } from './rules.ts';
import type { WeighedTime } from './time-causes.ts';

const MAX_RULED_OUT = 5;
const NAMES: Readonly<Record<LockKind, string>> = {
  other: 'a semaphore of unknown kind',
  mutex: 'a lock',
  rwmutex_read: 'a lock',
  rwmutex_write: 'a lock',
  waitgroup: 'a WaitGroup: it waits for goroutines, not for a lock',
  gc: 'the garbage collector, not a lock',
};

export interface JudgedLock {
  readonly candidate: WeighedCandidate;
  readonly facts: Facts;
  readonly guilty: boolean;
}

export interface JudgedTime {
  readonly candidate: WeighedTime;
  readonly facts: Facts;
  readonly guilty: boolean;
}

export type Judged = JudgedLock | JudgedTime;

const word = (holds: boolean): string => (holds ? 'holds' : 'does not hold');

/** "waiting at `cache.Get` (cache.go:42)", "the garbage collector" */
export function nameOf(candidate: Judged['candidate']): string {
  return 'waiter' in candidate ? `waiting at ${place(candidate.waiter)}` : timeName(candidate);
}

/** What the time was spent on, as a subject. */
export function timeName({ kind, host, site }: Pick<TimeCause, 'kind' | 'host' | 'site'>): string {
  switch (kind) {
    case 'gc':
      return 'work for the garbage collector';
    case 'scheduler':
      return 'waiting for a CPU';
    case 'downstream':
      return `calls to \`${host === undefined || host === '' ? 'an unknown host' : host}\``;
    case 'channel':
      return `waiting for a channel at ${site === undefined ? 'an unknown line' : place(site)}`;
    case 'cpu':
      return 'running on a CPU';
  }
}

export function factLines({ candidate, facts }: Judged, rise: Rise, threshold: number): readonly string[] {
  const hasBaseline = !('hasBaseline' in candidate) || candidate.hasBaseline;
  const unsaid = hasBaseline ? '' : ' (no dump shows the baseline: it compares with nothing)';
  return [
    `share (${word(facts.share)}): ${nameOf(candidate)} is ${percentInterval(candidate.explained)} of the extra latency of slow requests; against requests equally far out in the baseline ${percent(candidate.risen)}`,
    `prevalence (${word(facts.prevalence)}): slow requests wait there more often than baseline requests by ${percentInterval(candidate.prevalence)}, adjusted p = ${candidate.pValue.toExponential(1)}${unsaid}`,
    `counterfactual (${word(facts.counterfactual)}): p99 ${milliseconds(rise.p99Nanos)}, without that wait ${milliseconds(candidate.p99WithoutNanos)}; baseline ${milliseconds(rise.baselineP99Nanos)}, without it ${milliseconds(candidate.baselineP99WithoutNanos)}`,
    `contention ratio (${word(facts.ratio)}): ${hundredths(candidate.contentionRatio)}, baseline ${hundredths(candidate.contentionRatioBaseline)}, threshold ${hundredths(threshold)}${unsaid}`,
    `dose–response (${word(facts.dose)}): Spearman correlation of wait and duration ${hundredths(candidate.doseResponse)}`,
    ...('waiter' in candidate ? lockLines(candidate) : basisLines(candidate)),
  ];
}

/** What makes it more than a lock that is held long. */
function lockLines({ writerPending, slowReader, spread, guards, ...holders }: WeighedCandidate): readonly string[] {
  return [
    ...(writerPending === undefined || writerPending < RULES.writerPending
      ? []
      : [
          `pending writer: ${percent(writerPending)} of that wait began while a writer was announced and waited for readers itself${slowReader === undefined ? '' : `; the reader it waited for longest left at ${place(slowReader)}`}`,
        ]),
    ...(spread === undefined ? [] : [spreadLine(spread)]),
    ...(holders.heldBy === undefined ? [] : [heldByLine(holders.heldBy)]),
    ...(holders.chain === undefined ? [] : [chainLine(holders.chain)]),
    ...(guards === undefined
      ? []
      : [
          `the lock guards ${guards.mapType === '' ? 'the map' : `\`${guards.mapType}\``} used at ${place(guards.site)}: ${percent(guards.share)} of the uses of maps right after waiting for it`,
        ]),
  ];
}

const heldByLine = ({ route, share, traceId }: HeldBy): string =>
  `held by requests: for ${percent(share)} of that wait a request of the route ${route} held the lock, longest the one of trace ${traceId}`;

/** "for 62 % of that time its holder waited itself at `a` (a.go:1), released by `b` (b.go:2)" */
export function chainLine({ links, isCycle }: BlockingChain): string {
  const steps = links.map(({ waiter, releasedAt, share }) => {
    const by = releasedAt === undefined ? '' : `, released by ${place(releasedAt)}`;
    return `for ${percent(share)} of that time its holder waited itself at ${place(waiter)}${by}`;
  });
  const end = isCycle ? '; that is a cycle: take these locks in the same order everywhere' : '';
  return `chain: ${steps.join('; ')}${end}`;
}

const spreadLine = ({ locks, hottest, hottestShare, pValue }: LockSpread): string =>
  `spread: of ${count(locks)} locks waited for there, ${hottest} has ${percentInterval(hottestShare)} of the waits; an even spread has p = ${pValue.toExponential(1)}`;

const BASES: Readonly<Record<WeighedTime['basis'], readonly string[]>> = {
  all: [],
  recorded: ['weighed over the requests that lie in dumps of the goroutine flight recorder; others show no states'],
  rest: [
    'what is left of requests after locks, calls, the collector and the scheduler: channels, sockets and files are in it as well as running',
  ],
};
/** runtime/mgcpacer.go: gcBackgroundUtilization = 0.25, of all CPUs that the program may use. */
const BESIDE_COLLECTOR =
  'not in that share: while the collector marks, its own workers take a quarter of the CPUs, and requests run slower beside them; no probe tells that from their own work';
const basisLines = ({ basis, kind }: WeighedTime): readonly string[] =>
  kind === 'gc' ? [...BASES[basis], BESIDE_COLLECTOR] : BASES[basis];

/** `rest` is nobody: it is never ruled out by name. */
export function ruledOutLines(judged: readonly Judged[], notWeighed: number): readonly string[] {
  const innocent = judged.filter((one) => !one.guilty && !isRest(one));
  const lines = innocent.slice(0, MAX_RULED_OUT).map((one) => `ruled out: ${shortName(one)}: ${whyNot(one)}`);
  const more = innocent.length - lines.length + notWeighed;
  return more > 0 ? [...lines, `ruled out: ${more} more places that slow requests waited at, each for less`] : lines;
}

export const isRest = ({ candidate }: Judged): boolean => 'basis' in candidate && candidate.basis === 'rest';

export const shortName = ({ candidate }: Judged): string =>
  'waiter' in candidate ? place(candidate.waiter) : timeName(candidate);

/** The first rule that acquits it. */
export function whyNot({ candidate, facts }: Judged): string {
  const share = percent(candidate.explained.value);
  if ('waiter' in candidate && !isLock(candidate.lockKind))
    return `${share} of the extra latency, but it is ${NAMES[candidate.lockKind]}`;
  return acquittalOf(candidate, facts, share);
}

function acquittalOf(weighed: Weighty, facts: Facts, share: string): string {
  if (weighed.explained.value < RULES.explained) return `${share} of the extra latency`;
  if (weighed.explained.low < RULES.explainedLow)
    return `${share} of the extra latency, but as little as ${percent(weighed.explained.low)} by its interval`;
  if (weighed.risen < RULES.risen) return `${share} of the extra latency, but requests waited there as long before`;
  return `${share} of the extra latency, but only ${supportOf(facts)} of the four other facts hold`;
}
