/**
 * The whole answer in one paragraph for people. It says no more than the numbers do.
 */
import type { Candidate, Estimate, RootCause, TimeCause } from './answer.ts';
import type { MapConflict } from './evidence.ts';
import { keptShare } from './verdict/gates.ts';
import { onlyPlatform } from './verdict/platforms.ts';
import { timeName } from './verdict/reasons.ts';
import { watchedWords } from './watched.ts';
import { clockTime, count, hundredths, milliseconds, percent, percentInterval, place } from './words.ts';

export type Unspoken = Omit<RootCause, 'sentence'>;

export interface Told {
  /** all locks of the slow requests together; absent when it was not judged */
  readonly allLocks?: Estimate | undefined;
  /** why it cannot be judged */
  readonly gates: readonly string[];
  /** why each was acquitted, most explaining first */
  readonly acquitted: readonly string[];
  /** what explains a lesser part, beside the blamed one or instead of one */
  readonly contributors: readonly string[];
  /** what waited at the same time, where nothing binds waits to requests */
  readonly correlation?: readonly string[] | undefined;
}

export function sentence(answer: Unspoken, told: Told): string {
  if (answer.cause !== undefined) return ofLock(answer, answer.cause, told);
  if (answer.timeCause !== undefined) return ofTime(answer, answer.timeCause, told);
  if (answer.verdict === 'map-conflict') return ofCrash(answer, answer.conflict);
  return answer.verdict === 'too-little-evidence' ? undecided(answer, told) : unexplained(answer, told);
}

const undecided = (answer: Unspoken, told: Told): string =>
  `Too little evidence to say why ${subject(answer)} is slow: ${told.gates.join('; ')}. ${basis(answer)}`;

function ofLock(answer: Unspoken, cause: Candidate, told: Told): string {
  return [
    `p99 of ${subject(answer)} ${rise(answer)}.`,
    `${percentInterval(cause.explained)} of the extra latency is waiting for the lock taken in ${place(cause.waiter)}${others(cause)}${guarded(cause)}.`,
    ...particular(answer, cause),
    holder(cause),
    ...chained(cause),
    ...also(told),
    ...numbers(answer, cause),
  ].join(' ');
}

function ofTime(answer: Unspoken, cause: TimeCause, told: Told): string {
  return [
    `p99 of ${subject(answer)} ${rise(answer)}.`,
    `${percentInterval(cause.explained)} of the extra latency is ${timeName(cause)}.`,
    ...also(told),
    ...numbers(answer, cause),
  ].join(' ');
}

const ofCrash = (answer: Unspoken, conflict: MapConflict | undefined): string =>
  [
    `p99 of ${subject(answer)} ${rise(answer)} because the Go runtime ended the process: two goroutines used one map at a time.`,
    conflict === undefined
      ? 'Which lines they were is not known: the probe family map was off.'
      : `${conflict.mapType === '' ? 'The map' : `The \`${conflict.mapType}\``} was used in ${place(conflict.site)}${conflict.other === undefined ? ' while another goroutine wrote it' : ` while ${place(conflict.other)} wrote it`}.`,
    basis(answer),
  ].join(' ');

/** What p99 would have been, how contended it is, where, and on what all this rests. */
function numbers(answer: Unspoken, cause: Candidate | TimeCause): readonly string[] {
  const platform = onlyPlatform(answer.platforms);
  const ratio = 'waiter' in cause ? 'Contention ratio' : 'Its part of all request time';
  return [
    `Without that ${'waiter' in cause ? 'wait' : 'time'} p99 would have been ${milliseconds(cause.p99WithoutNanos)}.`,
    `${ratio} ${hundredths(cause.contentionRatio)}, baseline ${hundredths(cause.contentionRatioBaseline)}, threshold ${hundredths(answer.contentionThreshold)}.`,
    ...(platform === undefined ? [] : [`Only on ${platform}.`]),
    basis(answer),
  ];
}

/** What makes this lock more than one that is held long. */
function particular({ verdict }: Unspoken, cause: Candidate): readonly string[] {
  if (verdict === 'rw-writer-pending') {
    const reader = cause.slowReader === undefined ? 'a slow reader' : `a slow reader, ${place(cause.slowReader)},`;
    return [
      `Readers waited behind a writer that had not got the lock yet and itself waited for ${reader} to leave (${percent(cause.writerPending ?? 0)} of that wait).`,
    ];
  }
  if (verdict === 'hot-shard' && cause.spread !== undefined)
    return [
      `One of its ${count(cause.spread.locks)} shards is hot: ${cause.spread.hottest} has ${percentInterval(cause.spread.hottestShare)} of the waits.`,
    ];
  return [];
}

const guarded = ({ guards }: Candidate): string =>
  guards === undefined
    ? ''
    : `, which guards ${guards.mapType === '' ? 'the map' : `the \`${guards.mapType}\``} used in ${place(guards.site)}`;

const also = (told: Told): readonly string[] =>
  told.contributors.length === 0 ? [] : [`Also: ${told.contributors.join(', ')}.`];

function unexplained(answer: Unspoken, told: Told): string {
  const [correlated] = told.correlation ?? [];
  if (correlated !== undefined)
    return `p99 of ${subject(answer)} ${rise(answer)}; why is not known. ${correlated.charAt(0).toUpperCase()}${correlated.slice(1)}. ${basis(answer)}`;
  const share =
    told.allLocks === undefined
      ? ''
      : ` ${percentInterval(told.allLocks)} of the extra latency is waiting for locks, all together.`;
  const parts = told.contributors.length > 0 ? ` Parts of it: ${told.contributors.join(', ')}.` : '';
  const acquitted = told.acquitted.length > 0 ? ` Ruled out: ${told.acquitted.join('; ')}.` : '';
  return `p99 of ${subject(answer)} ${rise(answer)}, and no single lock explains it.${share}${parts}${acquitted} The rest was spent where these probes do not look: channels, sockets, files or CPU${calls(answer)}. ${basis(answer)}`;
}

const calls = ({ timeCauses }: Unspoken): string =>
  timeCauses.some(({ kind }) => kind === 'downstream') ? '' : ', or calls that they do not see';

const subject = (answer: Unspoken): string => `\`${answer.route ?? answer.service}\``;

const rise = (answer: Unspoken): string =>
  `rose ${milliseconds(answer.baselineP99Nanos.value)} → ${milliseconds(answer.p99Nanos.value)} from ${clockTime(answer.window.fromUnixNanos)} (${count(answer.slowRequests)} slow of ${count(answer.requests)} requests${rate(answer)})`;

/** Where not all of the time was watched, a count alone would tell of a quieter service than there is. */
const rate = ({ coverage: { watched, requests } }: Unspoken): string =>
  watchedWords(watched) === '' ? '' : `, ${count(Math.round(requests.perSecond))} a second while they were watched`;

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

/** The end of the chain is what to mend. */
function chained({ chain }: Candidate): readonly string[] {
  const last = chain?.links.at(-1);
  if (chain === undefined || last === undefined) return [];
  if (chain.isCycle) return [`Its holders wait for one another in turn, at last at ${place(last.waiter)}.`];
  const by = last.releasedAt === undefined ? '' : `, for ${place(last.releasedAt)} to let go`;
  return [`For ${percent(last.share)} of that time its holder waited itself at ${place(last.waiter)}${by}.`];
}

function basis(answer: Unspoken): string {
  const kept = keptShare(answer.coverage);
  const events =
    kept === undefined ? 'an unknown share of' : percent(kept).replace('100 %', '100 % of').replace(/ %$/, ' % of');
  return `Based on ${events} events${watchedWords(answer.coverage.watched)}; trace binding exact ${percent(answer.exactBinding)}.`;
}
