import type { Problem } from '@mapscope/contract';
import type { Caller } from './access.ts';
import { ask } from './ask.ts';
import type { Answer } from './problem.ts';

export const pause = (millis: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, millis);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });

/** A page nobody looks at asks nothing. */
const untilVisible = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (!document.hidden) return resolve();
    document.addEventListener('visibilitychange', () => resolve(), { once: true, signal });
    signal.addEventListener('abort', () => resolve(), { once: true });
  });

export interface Question<T> {
  readonly path: string;
  /** JSON to send by POST */
  readonly body?: string | undefined;
  /** undefined: until it is answered */
  readonly pollMillis: number | undefined;
  readonly caller: Caller;
  readonly onAnswer: (answer: Answer<T>) => void;
}

/** Nobody answers, or there is too much to do: the same question is answered later. Anything else has to be mended first. */
const PASSING: ReadonlySet<number> = new Set([0, 429, 502, 503, 504]);
export const isPassing = ({ status }: Problem): boolean => PASSING.has(status);

const RETRY_MILLIS = 2000;
const MAX_RETRY_MILLIS = 15_000;

/** How long until the next question; undefined: this was the last one. */
export function nextAfter<T>(answer: Answer<T>, pollMillis: number | undefined, failures: number): number | undefined {
  if (answer.ok || !isPassing(answer.problem)) return pollMillis;
  const retryMillis = Math.min(MAX_RETRY_MILLIS, RETRY_MILLIS * 2 ** Math.min(failures, 10));
  return Math.max(retryMillis, pollMillis ?? 0);
}

/** Asks until it is answered, or again and again with a pause between answers; failures do not end it. */
export async function keepAsking<T>(question: Question<T>, signal: AbortSignal): Promise<void> {
  const { path, body, pollMillis, caller, onAnswer } = question;
  try {
    for (let failures = 0; !signal.aborted; failures++) {
      const answer = await ask<T>(path, signal, caller, body === undefined ? undefined : { method: 'POST', body });
      onAnswer(answer);
      const millis = nextAfter(answer, pollMillis, failures);
      if (millis === undefined) return;
      if (answer.ok) failures = -1;
      await pause(millis, signal);
      await untilVisible(signal);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
