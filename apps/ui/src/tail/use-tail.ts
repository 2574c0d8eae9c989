import type { Problem } from '@mapscope/contract';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Caller } from '../api/access.ts';
import { pause } from '../api/poll.ts';
import { useAccess, useKey } from '../api/use-access.ts';
import { follow } from './follow.ts';
import { openTail } from './open-tail.ts';
import { readEntry, type TailEntry } from './tail-event.ts';
import { addEntries, EMPTY_TAIL, resumeTail, type TailList } from './tail-list.ts';

export type TailState =
  | { readonly name: 'connecting' | 'open' }
  /** tried again by itself */
  | { readonly name: 'away'; readonly problem: Problem | undefined }
  /** refused for good: somebody has to do something */
  | { readonly name: 'failed'; readonly problem: Problem };

export interface Tail {
  readonly list: TailList;
  readonly state: TailState;
  readonly retry: () => void;
}

/** Entries are shown together, a few times a second: more would be work for the browser, not for the eye. */
const FLUSH_MILLIS = 250;

const UNREADABLE: TailEntry = {
  what: 'problem',
  code: 'UNREADABLE',
  detail: 'An event came that this page cannot read: reload it, it may be older than the API.',
};

interface Started {
  readonly path: string;
  readonly caller: Caller;
  readonly cursor: { current: Cursor };
  readonly onEntries: (entries: readonly TailEntry[]) => void;
  readonly onState: (state: TailState) => void;
}

/** Of the path it belongs to: another question begins anew, another key goes on. */
interface Cursor {
  readonly path: string;
  readonly lastEventId: string;
}

/** What came before a cursor is told before a later start goes on from it, so nothing is lost or doubled between two. */
function startTail({ path, caller, cursor, onEntries, onState }: Started): () => void {
  let fresh: TailEntry[] = [];
  const stop = new AbortController();
  const { signal } = stop;
  const flush = (): void => {
    const arrived = fresh;
    fresh = [];
    if (arrived.length > 0) onEntries(arrived);
  };
  const keepCursor = (lastEventId: string): void => void (cursor.current = { path, lastEventId });
  const run = async (): Promise<void> => {
    const refused = await follow(
      {
        connect: (lastEventId) => openTail(path, lastEventId, signal, caller),
        pause: (millis) => pause(millis, signal),
        nowMillis: () => performance.now(),
        signal,
        onOpen: (breakMillis) => {
          if (breakMillis !== undefined) fresh.push({ what: 'resumed', afterMillis: breakMillis });
          onState({ name: 'open' });
        },
        onMessage: (message) => fresh.push(readEntry(message) ?? UNREADABLE),
        onCursor: keepCursor,
        onAway: (problem) => onState({ name: 'away', problem }),
      },
      cursor.current.lastEventId,
    );
    if (refused === undefined || signal.aborted) return;
    // A cursor that is refused would be refused again: the next attempt begins now.
    if (refused.status === 400) keepCursor('');
    onState({ name: 'failed', problem: refused });
  };
  void run();
  const timer = setInterval(flush, FLUSH_MILLIS);
  return () => {
    stop.abort();
    clearInterval(timer);
    flush();
  };
}

export function useTail(path: string, isPaused: boolean): Tail {
  const [list, setList] = useState(EMPTY_TAIL);
  const [state, setState] = useState<TailState>({ name: 'connecting' });
  const [attempt, setAttempt] = useState(0);
  const [caller, key] = [useAccess(), useKey()];
  const paused = useRef(isPaused);
  const cursor = useRef<Cursor>({ path: '', lastEventId: '' });
  useEffect(() => {
    paused.current = isPaused;
    if (!isPaused) setList(resumeTail);
  }, [isPaused]);
  useEffect(() => {
    if (cursor.current.path !== path) {
      cursor.current = { path, lastEventId: '' };
      setList(EMPTY_TAIL);
    }
    setState({ name: 'connecting' });
    const onEntries = (fresh: readonly TailEntry[]): void =>
      setList((before) => addEntries(before, fresh, paused.current));
    return startTail({ path, caller, cursor, onEntries, onState: setState });
  }, [path, attempt, caller, key]);
  const retry = useCallback(() => setAttempt((n) => n + 1), []);
  return { list, state, retry };
}
