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
  /** undefined: once */
  readonly pollMillis: number | undefined;
  readonly caller: Caller;
  readonly onAnswer: (answer: Answer<T>) => void;
}

/** Asks once, or again and again with a pause between answers; failures do not end it. */
export async function keepAsking<T>(question: Question<T>, signal: AbortSignal): Promise<void> {
  const { path, body, pollMillis, caller, onAnswer } = question;
  try {
    do {
      onAnswer(await ask<T>(path, signal, caller, body));
      if (pollMillis === undefined) return;
      await pause(pollMillis, signal);
      await untilVisible(signal);
    } while (!signal.aborted);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
