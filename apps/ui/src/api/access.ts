/**
 * The key this page sends, and what was refused for want of one. The key lives in the tab's sessionStorage, so that a
 * reload keeps it and closing the tab forgets it: never in an address, never in localStorage, never in a cookie.
 */
import type { Problem } from '@mapscope/contract';

/** What one question needs to know. */
export interface Caller {
  readonly key: () => string | undefined;
  /** told when a key, or another one, is what is missing */
  readonly onRefused: (problem: Problem) => void;
}

export interface Access extends Caller {
  /** undefined: nothing was refused since the key changed */
  readonly refusal: () => Problem | undefined;
  readonly keep: (key: string) => void;
  readonly forget: () => void;
  readonly subscribe: (onChange: () => void) => () => void;
}

type Kept = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const ITEM = 'mapscope.key';

/** Without a storage (a browser that blocks it) the key is kept until the page is left. */
export function openAccess(storage: Kept | undefined): Access {
  let key = storage?.getItem(ITEM) ?? undefined;
  let refusal: Problem | undefined;
  const listeners = new Set<() => void>();
  const change = (to: string | undefined): void => {
    if (to === undefined) storage?.removeItem(ITEM);
    else storage?.setItem(ITEM, to);
    [key, refusal] = [to, undefined];
    for (const tell of listeners) tell();
  };
  return {
    key: () => key,
    refusal: () => refusal,
    keep: change,
    forget: () => change(undefined),
    onRefused: (problem) => {
      // Said again by every question of the page; once is enough.
      if (refusal?.detail === problem.detail) return;
      refusal = problem;
      for (const tell of listeners) tell();
    },
    subscribe: (onChange) => {
      listeners.add(onChange);
      return () => listeners.delete(onChange);
    },
  };
}

export const withKey = (headers: Readonly<Record<string, string>>, key: string | undefined): Record<string, string> =>
  key === undefined ? { ...headers } : { ...headers, authorization: `Bearer ${key}` };

/** Reports only what the key of now was refused for: an answer to an older one says nothing. */
export function reportRefusal({ key, onRefused }: Caller, sentKey: string | undefined, problem: Problem): void {
  if (problem.neededScope !== undefined && key() === sentKey) onRefused(problem);
}
