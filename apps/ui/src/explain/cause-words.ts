/** Causes as people name them, for headlines, bars and tables. Pure; backticks mark code. */
import type { CandidateJson, CodeSiteJson, RootCauseAnswer } from '@mapscope/contract';
import { fileLine, isKnown, shortFunction } from '../format/code-place.ts';
import { count, percent } from '../format/number.ts';
import type { Blamed, TimeCauseJson } from './blamed.ts';

/** `cache.(*Cache).Get` (cache/cache.go:22) */
export const placeWords = (site: CodeSiteJson | null | undefined, unknown = 'code without a readable stack'): string =>
  isKnown(site) ? `\`${shortFunction(site.function)}\` (${fileLine(site)})` : unknown;

/** Only the function: where the line stands right below. */
const functionWords = (site: CodeSiteJson | null | undefined, unknown: string): string =>
  isKnown(site) ? `\`${shortFunction(site.function)}\`` : unknown;

const hostWords = (host: string | null): string => `\`${host === null || host === '' ? 'an unknown host' : host}\``;

/** What the time went to, as the subject of a row. */
export function timeWords({ kind, host, site }: Pick<TimeCauseJson, 'kind' | 'host' | 'site'>): string {
  switch (kind) {
    case 'gc':
      return 'work for the garbage collector';
    case 'scheduler':
      return 'ready, but waiting for a CPU';
    case 'downstream':
      return `calls to ${hostWords(host)}`;
    case 'channel':
      return `waiting for a channel at ${placeWords(site, 'an unknown line')}`;
    case 'cpu':
      return 'running on a CPU';
  }
}

export const lockWords = (lock: CandidateJson): string =>
  `waiting for ${lock.lockKind === 'waitgroup' ? 'the WaitGroup' : 'the lock'} in ${placeWords(lock.waiter)}`;

/** The verdict in a few words that name the cause; the API's own sentence follows with the numbers. */
export function headlineOf(answer: RootCauseAnswer, blamed: Blamed): string {
  switch (blamed.what) {
    case 'lock':
      return lockHeadline(answer.verdict, blamed.lock);
    case 'time':
      return timeHeadline(blamed.cause);
    case 'map':
      return mapHeadline(blamed.conflict?.mapType ?? '');
    case 'nobody':
      return answer.verdict === 'too-little-evidence'
        ? 'Too little evidence for a verdict'
        : 'No single cause explains the extra latency';
  }
}

function lockHeadline(verdict: RootCauseAnswer['verdict'], lock: CandidateJson): string {
  const waiter = functionWords(lock.waiter, 'code without a readable stack');
  if (verdict === 'rw-writer-pending')
    return `Readers in ${waiter} queue behind a writer that waits for ${functionWords(lock.slowReader, 'a slow reader')}`;
  if (verdict === 'hot-shard' && lock.hottestLock !== undefined)
    return `One of ${count(lock.hottestLock.locks)} locks in ${waiter} is hot: it has ${percent(lock.hottestLock.share.value)} of the waits`;
  return `Requests wait for the lock in ${waiter} while ${functionWords(lock.releasedAt, 'somebody whose stack could not be read')} holds it`;
}

function timeHeadline({ kind, host, site }: TimeCauseJson): string {
  switch (kind) {
    case 'gc':
      return 'Requests do the work of the garbage collector';
    case 'scheduler':
      return 'Requests are ready to run, but no CPU is free';
    case 'downstream':
      return `Requests wait for calls to ${hostWords(host)}`;
    case 'channel':
      return `Requests wait for a channel in ${functionWords(site, 'code without a readable stack')}`;
    case 'cpu':
      return 'Requests run on the CPU for longer';
  }
}

const mapHeadline = (mapType: string): string =>
  `The Go runtime ended the process: two goroutines used ${mapType === '' ? 'one map' : `one \`${mapType}\``} at a time`;
