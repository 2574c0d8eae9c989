/**
 * What was found and what was ruled out, one line each.
 */
import { isLock } from '../accounting/sites.ts';
import type { LockKind } from '@mapscope/events';
import { hundredths, milliseconds, percent, percentInterval, place } from '../words.ts';
import { RULES, supportOf } from './rules.ts';
import type { Facts, Rise } from './rules.ts';
import type { WeighedCandidate } from './weigh.ts';

const MAX_RULED_OUT = 5;
const NAMES: Readonly<Record<LockKind, string>> = {
  other: 'a semaphore of unknown kind',
  mutex: 'a lock',
  rwmutex_read: 'a lock',
  rwmutex_write: 'a lock',
  waitgroup: 'a WaitGroup: it waits for goroutines, not for a lock',
  gc: 'the garbage collector, not a lock',
};

export interface Judged {
  readonly candidate: WeighedCandidate;
  readonly facts: Facts;
  readonly guilty: boolean;
}

const word = (holds: boolean): string => (holds ? 'holds' : 'does not hold');

export function factLines({ candidate, facts }: Judged, rise: Rise, threshold: number): readonly string[] {
  return [
    `share (${word(facts.share)}): waiting at ${place(candidate.waiter)} is ${percentInterval(candidate.explained)} of the extra latency of slow requests; against requests equally far out in the baseline ${percent(candidate.risen)}`,
    `prevalence (${word(facts.prevalence)}): slow requests wait there more often than baseline requests by ${percentInterval(candidate.prevalence)}, adjusted p = ${candidate.pValue.toExponential(1)}`,
    `counterfactual (${word(facts.counterfactual)}): p99 ${milliseconds(rise.p99Nanos)}, without that wait ${milliseconds(candidate.p99WithoutNanos)}; baseline ${milliseconds(rise.baselineP99Nanos)}, without it ${milliseconds(candidate.baselineP99WithoutNanos)}`,
    `contention ratio (${word(facts.ratio)}): ${hundredths(candidate.contentionRatio)}, baseline ${hundredths(candidate.contentionRatioBaseline)}, threshold ${hundredths(threshold)}`,
    `dose–response (${word(facts.dose)}): Spearman correlation of wait and duration ${hundredths(candidate.doseResponse)}`,
  ];
}

export function ruledOutLines(judged: readonly Judged[], notWeighed: number): readonly string[] {
  const innocent = judged.filter((one) => !one.guilty);
  const lines = innocent
    .slice(0, MAX_RULED_OUT)
    .map((one) => `ruled out: ${place(one.candidate.waiter)}: ${whyNot(one)}`);
  const more = innocent.length - lines.length + notWeighed;
  return more > 0 ? [...lines, `ruled out: ${more} more places that slow requests waited at, each for less`] : lines;
}

/** The first rule that acquits it. */
export function whyNot({ candidate, facts }: Judged): string {
  const share = percent(candidate.explained.value);
  if (!isLock(candidate.lockKind)) return `${share} of the extra latency, but it is ${NAMES[candidate.lockKind]}`;
  if (candidate.explained.value < RULES.explained) return `${share} of the extra latency`;
  if (candidate.explained.low < RULES.explainedLow)
    return `${share} of the extra latency, but as little as ${percent(candidate.explained.low)} by its interval`;
  if (candidate.risen < RULES.risen) return `${share} of the extra latency, but requests waited there as long before`;
  return `${share} of the extra latency, but only ${supportOf(facts)} of the four other facts hold`;
}
