import type { Problem } from '@mapscope/contract';
import { useCallback, useEffect, useRef, useState } from 'react';
import { toProblem, unreachable } from '../api/problem.ts';
import { parseTailEvent, TAIL_KINDS, type TailEvent } from './tail-event.ts';
import { addEvents, EMPTY_TAIL, resumeTail, type TailList } from './tail-list.ts';

export type TailState =
  | { readonly name: 'connecting' | 'open' }
  | { readonly name: 'failed'; readonly problem: Problem };

export interface Tail {
  readonly list: TailList;
  readonly state: TailState;
  readonly retry: () => void;
}

/** Events are shown together, a few times a second: more would be work for the browser, not for the eye. */
const FLUSH_MILLIS = 250;

/** EventSource tells no reason; asked once more with fetch, the API says why. A stream that is well again is let go. */
async function reasonOf(path: string, signal: AbortSignal): Promise<Problem> {
  const response = await fetch(path, { signal, headers: { accept: 'application/json' } }).catch(() => undefined);
  if (response === undefined) return unreachable(path);
  if (!response.ok) return toProblem(path, response.status, await response.json().catch(() => undefined));
  await response.body?.cancel();
  return { ...unreachable(path), title: 'The live tail broke off', detail: 'The API answers again: retry.' };
}

interface Listener {
  readonly onEvent: (event: TailEvent) => void;
  readonly onState: (state: TailState) => void;
}

/** Reconnects by itself with Last-Event-ID while the server closes in order; what it refuses is told. */
function listen(path: string, { onEvent, onState }: Listener): () => void {
  const source = new EventSource(path);
  const stop = new AbortController();
  const tellReason = async (): Promise<void> => {
    const problem = await reasonOf(path, stop.signal);
    if (!stop.signal.aborted) onState({ name: 'failed', problem });
  };
  for (const kind of TAIL_KINDS) {
    source.addEventListener(kind, (message: MessageEvent<string>) => {
      const event = parseTailEvent(kind, message.lastEventId, message.data);
      if (event !== undefined) onEvent(event);
    });
  }
  source.addEventListener('open', () => onState({ name: 'open' }));
  source.addEventListener('error', () => {
    if (source.readyState !== EventSource.CLOSED) return onState({ name: 'connecting' });
    void tellReason();
  });
  return () => {
    stop.abort();
    source.close();
  };
}

export function useTail(path: string, isPaused: boolean): Tail {
  const [list, setList] = useState(EMPTY_TAIL);
  const [state, setState] = useState<TailState>({ name: 'connecting' });
  const [attempt, setAttempt] = useState(0);
  const paused = useRef(isPaused);
  useEffect(() => {
    paused.current = isPaused;
    if (!isPaused) setList(resumeTail);
  }, [isPaused]);
  useEffect(() => {
    let fresh: TailEvent[] = [];
    setList(EMPTY_TAIL);
    setState({ name: 'connecting' });
    const stop = listen(path, { onEvent: (event) => fresh.push(event), onState: setState });
    const timer = setInterval(() => {
      const arrived = fresh;
      fresh = [];
      setList((before) => addEvents(before, arrived, paused.current));
    }, FLUSH_MILLIS);
    return () => {
      stop();
      clearInterval(timer);
    };
  }, [path, attempt]);
  const retry = useCallback(() => setAttempt((n) => n + 1), []);
  return { list, state, retry };
}
