/** Asking until the answer stands: the same verdict twice in a row, and never "too little" while time is left. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RootCauseAnswer } from '@mapscope/contract';

export interface VerdictSearch {
  readonly ask: () => Promise<RootCauseAnswer>;
  readonly everyMillis: number;
  readonly timeoutMillis: number;
  /** gives up early, e.g. because a person mended the service or quit */
  readonly cancelled: () => boolean;
  readonly onAnswer?: ((answer: RootCauseAnswer) => void) | undefined;
}

/** What makes two answers the same: verdict, waiter and holder, not the digits. */
export function answerKey(answer: RootCauseAnswer): string {
  return `${answer.verdict} ${siteKey(answer.waiter)} ${siteKey(answer.releasedAt)}`;
}

const siteKey = (at: RootCauseAnswer['waiter']): string => (at === null ? '-' : `${at.function} ${at.file}:${at.line}`);

/** Without a spike two halves of a range are compared, which says little while the slow part is still short. */
const HALVES_COUNT_AFTER_MILLIS = 60_000;

/**
 * Waits come behind the requests that waited, by other batches: right after the break there is nothing yet that could
 * explain it. An answer that names no lock is one only when waits have had the time to come.
 */
const NO_LOCK_COUNTS_AFTER_MILLIS = 15_000;
const NAMES_A_LOCK: ReadonlySet<string> = new Set(['contention', 'rw-writer-pending', 'hot-shard']);

/** The settled answer; or the last one, when time ran out before anything settled; undefined when nothing answered. */
export async function findVerdict(search: VerdictSearch): Promise<RootCauseAnswer | undefined> {
  const started = Date.now();
  const deadline = started + search.timeoutMillis;
  let last: RootCauseAnswer | undefined;
  while (Date.now() < deadline && !search.cancelled()) {
    const answer = await search.ask();
    search.onAnswer?.(answer);
    const settled = last !== undefined && answerKey(last) === answerKey(answer);
    last = answer;
    if (settled && stands(answer, Date.now() - started)) return answer;
    await sleep(search.everyMillis);
  }
  return last;
}

export function stands({ verdict, windowSource }: RootCauseAnswer, elapsedMillis: number): boolean {
  if (verdict === 'too-little-evidence') return false;
  if (windowSource === 'halves' && elapsedMillis <= HALVES_COUNT_AFTER_MILLIS) return false;
  return NAMES_A_LOCK.has(verdict) || elapsedMillis > NO_LOCK_COUNTS_AFTER_MILLIS;
}
