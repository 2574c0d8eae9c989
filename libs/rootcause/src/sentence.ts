/**
 * The whole answer in one paragraph for people. It says no more than the numbers do.
 */
import type { Candidate, Estimate, RootCause } from './answer.ts';
import { onlyPlatform } from './verdict/platforms.ts';
import { keptShare } from './verdict/gates.ts';
import { clockTime, count, hundredths, milliseconds, percent, percentInterval, place } from './words.ts';

export type Unspoken = Omit<RootCause, 'sentence'>;

export interface Told {
  /** all locks of the slow requests together; absent when it was not judged */
  readonly allLocks?: Estimate | undefined;
  /** why it cannot be judged */
  readonly gates: readonly string[];
  /** why each candidate was acquitted, most explaining first */
  readonly acquitted: readonly string[];
}

export function sentence(answer: Unspoken, told: Told): string {
  if (answer.cause !== undefined) return contention(answer, answer.cause);
  return answer.verdict === 'too-little-evidence' ? undecided(answer, told) : unexplained(answer, told);
}

const undecided = (answer: Unspoken, told: Told): string =>
  `Too little evidence to say why ${subject(answer)} is slow: ${told.gates.join('; ')}. ${basis(answer)}`;

function contention(answer: Unspoken, cause: Candidate): string {
  const platform = onlyPlatform(answer.platforms);
  return [
    `p99 of ${subject(answer)} ${rise(answer)}.`,
    `${percentInterval(cause.explained)} of the extra latency is waiting for the lock taken in ${place(cause.waiter)}${others(cause)}.`,
    holder(cause),
    `Without that wait p99 would have been ${milliseconds(cause.p99WithoutNanos)}.`,
    `Contention ratio ${hundredths(cause.contentionRatio)}, baseline ${hundredths(cause.contentionRatioBaseline)}, threshold ${hundredths(answer.contentionThreshold)}.`,
    ...(platform === undefined ? [] : [`Only on ${platform}.`]),
    basis(answer),
  ].join(' ');
}

function unexplained(answer: Unspoken, told: Told): string {
  const share =
    told.allLocks === undefined
      ? ''
      : ` ${percentInterval(told.allLocks)} of the extra latency is waiting for locks, all together.`;
  const acquitted = told.acquitted.length > 0 ? ` Ruled out: ${told.acquitted.join('; ')}.` : '';
  return `p99 of ${subject(answer)} ${rise(answer)}, and no single lock explains it.${share}${acquitted} The rest was spent where these probes do not look: calls to other services, I/O, channels or CPU. ${basis(answer)}`;
}

const subject = (answer: Unspoken): string => `\`${answer.route ?? answer.service}\``;

const rise = (answer: Unspoken): string =>
  `rose ${milliseconds(answer.baselineP99Nanos.value)} → ${milliseconds(answer.p99Nanos.value)} from ${clockTime(answer.window.fromUnixNanos)} (${count(answer.slowRequests)} slow of ${count(answer.requests)} requests)`;

function others(cause: Candidate): string {
  const sites = cause.alsoWaitedAt ?? [];
  const more = sites.length > 2 ? ` and ${sites.length - 2} more places` : '';
  return sites.length > 0 ? `, also in ${sites.slice(0, 2).map(place).join(', ')}${more}` : '';
}

function holder(cause: Candidate): string {
  if (cause.releasedAt === undefined) return 'Who released it could not be read.';
  const share = cause.releasedAtShare ?? 1;
  return `It was released by ${place(cause.releasedAt)}${share < 0.995 ? ` for ${percent(share)} of that time` : ''}.`;
}

function basis(answer: Unspoken): string {
  const kept = keptShare(answer.coverage);
  const events =
    kept === undefined ? 'an unknown share of' : percent(kept).replace('100 %', '100 % of').replace(/ %$/, ' % of');
  return `Based on ${events} events; trace binding exact ${percent(answer.exactBinding)}.`;
}
