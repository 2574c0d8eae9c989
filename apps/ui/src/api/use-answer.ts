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
  readonly pollMillis?: number | undefined;
  /** an older answer stays on the page while a new one comes, as long as this stays the same */
  readonly subject?: string | undefined;
}

interface State<T> {
  readonly path: string | undefined;
  readonly subject: string | undefined;
  readonly value?: T | undefined;
  readonly problem?: Problem | undefined;
}

/** Asks the API for `path` (undefined: nothing yet); whatever is no longer wanted is aborted. */
export function useAnswer<T>(path: string | undefined, options: Options = {}): Asked<T> {
  const { pollMillis, subject = path } = options;
  const [state, setState] = useState<State<T>>({ path: undefined, subject: undefined });
  const [attempt, setAttempt] = useState(0);
  const [access, key] = [useAccess(), useKey()];
  useEffect(() => {
    if (path === undefined) return undefined;
    const stop = new AbortController();
    const onAnswer = (answer: Answer<T>): void => setState((before) => next(before, path, subject, answer));
    void keepAsking<T>({ path, pollMillis, caller: access, onAnswer }, stop.signal);
    return () => stop.abort();
    // With another key the answer may be another one.
  }, [path, subject, pollMillis, attempt, access, key]);
  const retry = useCallback(() => {
    setState((before) => ({ ...before, path: undefined, problem: undefined }));
    setAttempt((n) => n + 1);
  }, []);
  const isOfSubject = state.subject === subject;
  return {
    value: isOfSubject ? state.value : undefined,
    problem: isOfSubject && state.path === path ? state.problem : undefined,
    isLoading: path !== undefined && state.path !== path,
    retry,
  };
}

function next<T>(before: State<T>, path: string, subject: string | undefined, answer: Answer<T>): State<T> {
  if (answer.ok) return { path, subject, value: answer.value };
  const kept = before.subject === subject ? before.value : undefined;
  return { path, subject, value: kept, problem: answer.problem };
}
