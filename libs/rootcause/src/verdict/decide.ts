/**
 * From what was weighed to the answer: who is guilty, who adds to it, who is acquitted and why, what to do.
 *
 *   guilty, most explaining first ─► its verdict       no one ─► a map crashed the process? ─► map-conflict
 *                                                             └► unexplained
 */
import type { Account } from '../accounting/account.ts';
import type { SlowSet } from '../accounting/share.ts';
import type { RootCause } from '../answer.ts';
import { sentence } from '../sentence.ts';
import type { Told, Unspoken } from '../sentence.ts';
import { milliseconds, percent, percentInterval } from '../words.ts';
import { attributeContrasts } from './attributes.ts';
import { atMostMedium, confidenceInBlame, confidenceInCrash, confidenceInNoLock } from './confidence.ts';
import { mapCrashOf } from './map-crash.ts';
import type { MapCrashFound } from './map-crash.ts';
import { nextProbes } from './next-probes.ts';
import { platformShares } from './platforms.ts';
import { chainLine, factLines, isRest, nameOf, ruledOutLines, shortName, whyNot } from './reasons.ts';
import type { Judged, JudgedLock, JudgedTime } from './reasons.ts';
import type { Seen } from './recorded.ts';
import { CRASH_REMEDY, lockRemedy, timeRemedy } from './remedies.ts';
import { contributes, factsOf, isGuilty, isGuiltyTime, lockVerdict, RULES, supportOf } from './rules.ts';
import type { Rise } from './rules.ts';
import { sideNotes } from './side-notes.ts';
import type { Starvation } from './starvation.ts';
import { published } from './weigh.ts';
import { weighAll } from './weigh-all.ts';
import type { Weighed } from './weigh-all.ts';

/** What is known before anything is weighed. */
export type Frame = Omit<
  RootCause,
  | 'verdict'
  | 'cause'
  | 'timeCause'
  | 'conflict'
  | 'candidates'
  | 'timeCauses'
  | 'attributes'
  | 'remedy'
  | 'nextProbes'
  | 'reasons'
  | 'platforms'
  | 'confidence'
  | 'sentence'
>;

export interface Means extends Seen {
  readonly notes: readonly string[];
  readonly starvation: Starvation;
  readonly areBound: boolean;
  /** what waited at the same time, where nothing binds waits to requests */
  readonly correlation: readonly string[];
}

export function decide(frame: Frame, account: Account, slow: SlowSet, means: Means): RootCause {
  const rise: Rise = { p99Nanos: frame.p99Nanos.value, baselineP99Nanos: frame.baselineP99Nanos.value };
  const weighed = weighAll(account, slow, means);
  const judged = judgeAll(weighed, rise, frame.contentionThreshold, means.starvation);
  const blamed = judged.find((one) => one.guilty);
  const crash = blamed === undefined ? mapCrashOf(account.spike.cohort, slow, means.spike) : undefined;
  const contributors = judged.filter((one) => one !== blamed && isContributor(one));
  const outcome = outcomeOf(blamed, crash, frame, weighed);
  const attributes = attributeContrasts(account.spike, account.baseline, slow);
  const reasons = [
    ...(blamed === undefined ? [] : factLines(blamed, rise, frame.contentionThreshold)),
    ...starvationLines(blamed, means.starvation),
    ...crashLines(crash),
    ...contributors.flatMap(alsoLines),
    ...ruledOutLines(
      judged.filter((one) => !contributors.includes(one)),
      weighed.notWeighed,
    ),
    ...means.correlation,
    ...attributeLines(attributes),
    ...sideNotes(account, slow, means.spike),
    ...means.notes,
  ];
  const answer: Unspoken = {
    ...frame,
    ...outcome,
    candidates: weighed.locks.map(published),
    attributes,
    timeCauses: weighed.times.filter(({ basis }) => basis !== 'rest').map(toldTime),
    nextProbes: probesOf(outcome, weighed, means),
    reasons,
    platforms: platformShares(account.spike.cohort, slow, waitedOn(blamed, account) ?? weighed.allLocks.waited),
  };
  const told = { ...toldOf(judged, contributors, weighed), correlation: means.correlation };
  return { ...answer, sentence: sentence(answer, told) };
}

const alsoLines = ({ candidate }: Judged): readonly string[] => [
  `also: ${nameOf(candidate)} is ${percentInterval(candidate.explained)} of it`,
  ...('chain' in candidate && candidate.chain !== undefined ? [chainLine(candidate.chain)] : []),
];

const probesOf = ({ verdict, conflict }: Outcome, { times }: Weighed, { spike, areBound }: Means): readonly string[] =>
  nextProbes({
    verdict,
    findings: spike,
    hasRecorded: times.some(({ basis }) => basis === 'recorded'),
    lacksLine: conflict === undefined,
    areBound,
  });

function judgeAll(weighed: Weighed, rise: Rise, threshold: number, { isStarved }: Starvation): readonly Judged[] {
  const locks = weighed.locks.map((candidate): JudgedLock => {
    const facts = factsOf(candidate, rise, threshold);
    return { candidate, facts, guilty: isGuilty(candidate, facts) };
  });
  const times = weighed.times.map((candidate): JudgedTime => {
    const facts = factsOf(candidate, rise, threshold, candidate.hasBaseline);
    return { candidate, facts, guilty: isGuiltyTime(candidate, facts, isStarved) };
  });
  // What is left is the cause only where nothing else is: it comes last, whatever it explains.
  return [...locks, ...times].sort(
    (a, b) => Number(isRest(a)) - Number(isRest(b)) || b.candidate.explained.value - a.candidate.explained.value,
  );
}

const isContributor = (one: Judged): boolean => !isRest(one) && contributes(one.candidate) && isNobodyElse(one);

/** A WaitGroup waits for goroutines that are judged themselves. */
const isNobodyElse = ({ candidate }: Judged): boolean => !('waiter' in candidate) || candidate.lockKind !== 'waitgroup';

type Outcome = Pick<RootCause, 'verdict' | 'cause' | 'timeCause' | 'conflict' | 'remedy' | 'confidence'>;

function outcomeOf(
  blamed: Judged | undefined,
  crash: MapCrashFound | undefined,
  frame: Frame,
  weighed: Weighed,
): Outcome {
  if (blamed === undefined) return crash?.isGuilty === true ? crashed(crash, frame) : unexplained(frame, weighed);
  const { candidate, facts } = blamed;
  const sure = confidenceInBlame(candidate.explained, supportOf(facts), frame.slowRequests, frame.coverage);
  if ('waiter' in candidate) {
    const verdict = lockVerdict(candidate);
    const cause = published(candidate);
    return { verdict, cause, remedy: lockRemedy(verdict, cause), confidence: sure };
  }
  const timeCause = toldTime(candidate);
  const confidence = candidate.basis === 'all' ? sure : atMostMedium(sure);
  return { verdict: timeCause.kind, timeCause, remedy: timeRemedy(timeCause), confidence };
}

const crashed = ({ conflict }: MapCrashFound, frame: Frame): Outcome => ({
  verdict: 'map-conflict',
  conflict,
  remedy: CRASH_REMEDY(conflict),
  confidence: confidenceInCrash(conflict?.other !== undefined, frame.slowRequests, frame.coverage),
});

const unexplained = (frame: Frame, { allLocks }: Weighed): Outcome => ({
  verdict: 'unexplained',
  confidence: confidenceInNoLock(allLocks.share, frame.slowRequests, frame.coverage),
});

function toldTime(time: Weighed['times'][number]): RootCause['timeCauses'][number] {
  const { basis: _basis, hasBaseline: _hasBaseline, ...told } = published(time);
  return told;
}

/** Per request of the spike; requests outside of dumps say nothing of what is weighed inside of them. */
function waitedOn(blamed: Judged | undefined, account: Account): Uint8Array | undefined {
  const waited = blamed?.candidate.waited;
  return waited?.length === account.spike.cohort.count ? waited : undefined;
}

function starvationLines(blamed: Judged | undefined, { isStarved, rise, waits }: Starvation): readonly string[] {
  const matters = blamed !== undefined && 'kind' in blamed.candidate && blamed.candidate.kind !== 'downstream';
  return isStarved && matters
    ? [
        `CPU: after ${percentInterval(rise)} more of ${waits} waits than in the baseline, a goroutine that was ready waited at least ${milliseconds(1e6)} for a CPU`,
      ]
    : [];
}

function crashLines(crash: MapCrashFound | undefined): readonly string[] {
  if (crash === undefined) return [];
  return [
    `crash: the runtime ended the process ${crash.crashes} times: ${crash.message}`,
    `timing (${crash.isGuilty ? 'holds' : 'does not hold'}): ${percent(crash.slowInside)} of the slow requests lie within 30 s of it, ${percentInterval(crash.timing)} more than of the others`,
  ];
}

const MAX_ATTRIBUTE_LINES = 3;

/** Routes have a line of their own (side-notes.ts). */
const attributeLines = (attributes: RootCause['attributes']): readonly string[] =>
  attributes
    .filter(({ key }) => key !== 'route')
    .slice(0, MAX_ATTRIBUTE_LINES)
    .map(
      ({ key, value, slowShare, difference }) =>
        `where: ${percent(slowShare)} of the slow requests have ${key}=${value}, ${percentInterval(difference)} more than in the baseline`,
    );

function toldOf(judged: readonly Judged[], contributors: readonly Judged[], weighed: Weighed): Told {
  const innocent = judged.filter((one) => !one.guilty && !isRest(one) && !contributors.includes(one));
  // Waits that were there before are part of the sum of all locks too: then the sum says nothing.
  const nothingNew = judged.some(
    ({ candidate }) =>
      'waiter' in candidate && candidate.explained.value >= RULES.explained && candidate.risen < RULES.risen,
  );
  return {
    allLocks: nothingNew ? undefined : weighed.allLocks.share,
    gates: [],
    acquitted: innocent.slice(0, 3).map((one) => `${shortName(one)}: ${whyNot(one)}`),
    contributors: contributors
      .slice(0, 2)
      .map((one) => `${nameOf(one.candidate)} ${percent(one.candidate.explained.value)}`),
  };
}
