import type { Problem } from '@mapscope/contract';
import { useCallback, useEffect, useState } from 'react';
import { keepAsking } from './poll.ts';
import type { Answer } from './problem.ts';
import { useAccess, useKey } from './use-access.ts';

export interface Asked<T> {
  readonly value: T | undefined;
  readonly problem: Problem | undefined;
  /** a question is under way and what is shown, if anything, is the answer to an earlier one */
  readonly isLoading: boolean;
  readonly retry: () => void;
}

interface Options {
  /** JSON to send by POST; undefined: GET */
  readonly body?: string | undefined;
  readonly pollMillis?: number | undefined;
  /** an older answer stays on the page while a new one comes, as long as this stays the same */
  readonly subject?: string | undefined;
}

interface State<T> {
  /** path and body: what was asked */
  readonly question: string | undefined;
  readonly subject: string | undefined;
  readonly value?: T | undefined;
  readonly problem?: Problem | undefined;
}

/** Asks the API for `path` (undefined: nothing yet); whatever is no longer wanted is aborted. */
export function useAnswer<T>(path: string | undefined, options: Options = {}): Asked<T> {
  const { pollMillis, body, subject = path } = options;
  const question = path === undefined ? undefined : `${path} ${body ?? ''}`;
  const [state, setState] = useState<State<T>>({ question: undefined, subject: undefined });
  const [attempt, setAttempt] = useState(0);
  const [access, key] = [useAccess(), useKey()];
  useEffect(() => {
    if (path === undefined || question === undefined) return undefined;
    const stop = new AbortController();
    const onAnswer = (answer: Answer<T>): void => setState((before) => next(before, question, subject, answer));
    void keepAsking<T>({ path, body, pollMillis, caller: access, onAnswer }, stop.signal);
    return () => stop.abort();
    // With another key the answer may be another one.
  }, [path, body, question, subject, pollMillis, attempt, access, key]);
  const retry = useCallback(() => {
    setState((before) => ({ ...before, question: undefined, problem: undefined }));
    setAttempt((n) => n + 1);
  }, []);
  const isOfSubject = state.subject === subject;
  return {
    value: isOfSubject ? state.value : undefined,
    problem: isOfSubject && state.question === question ? state.problem : undefined,
    isLoading: question !== undefined && state.question !== question,
    retry,
  };
}

function next<T>(before: State<T>, question: string, subject: string | undefined, answer: Answer<T>): State<T> {
  if (answer.ok) return { question, subject, value: answer.value };
  const kept = before.subject === subject ? before.value : undefined;
  return { question, subject, value: kept, problem: answer.problem };
}
