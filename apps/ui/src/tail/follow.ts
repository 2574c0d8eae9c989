/** Keeps a tail going: opens it again after every break, from the last whole event on. Pure: connecting and waiting come in. */
import type { Problem } from '@mapscope/contract';
import { beginSse, readSse, type SseMessage } from './sse.ts';

export type Opened =
  | { readonly ok: true; readonly chunks: AsyncIterable<string> }
  | { readonly ok: false; readonly problem: Problem };

export interface Follow {
  /** '' opens at now */
  readonly connect: (lastEventId: string) => Promise<Opened>;
  readonly pause: (millis: number) => Promise<void>;
  readonly nowMillis: () => number;
  readonly signal: AbortSignal;
  readonly onOpen: (breakMillis: number | undefined) => void;
  readonly onMessage: (message: SseMessage) => void;
  /** where to go on from, as soon as what came before it was told */
  readonly onCursor: (lastEventId: string) => void;
  /** the connection broke, or was refused for now; it is tried again */
  readonly onAway: (problem: Problem | undefined) => void;
}

const RETRY_MILLIS = 1000;
const MAX_RETRY_MILLIS = 15_000;

/** 4xx says that the question is wrong, except that there are too many of them. */
const isFinal = ({ status }: Problem): boolean => status >= 400 && status < 500 && status !== 429 && status !== 408;

/** A connection that stood for so long was of use, also if nothing happened. */
const OF_USE_MILLIS = 10_000;

/** Ends when nobody listens any more, or with why trying again would be refused again. */
export async function follow(needs: Follow, from: string): Promise<Problem | undefined> {
  const { connect, pause, nowMillis, signal, onAway } = needs;
  let lastEventId = from;
  let brokeAt: number | undefined;
  for (let failures = 0; !signal.aborted; failures++) {
    const opened = await connect(lastEventId);
    if (signal.aborted) break;
    if (opened.ok) {
      const openedAt = nowMillis();
      needs.onOpen(brokeAt === undefined ? undefined : openedAt - brokeAt);
      const read = await readThrough(opened.chunks, lastEventId, needs);
      lastEventId = read.lastEventId;
      brokeAt = nowMillis();
      if (read.hasEvents || brokeAt - openedAt >= OF_USE_MILLIS) failures = 0;
      if (!signal.aborted) onAway(undefined);
    } else {
      if (isFinal(opened.problem)) return opened.problem;
      onAway(opened.problem);
    }
    await pause(Math.min(MAX_RETRY_MILLIS, RETRY_MILLIS * 2 ** Math.min(failures, 10)));
  }
  return undefined;
}

interface Read {
  readonly lastEventId: string;
  readonly hasEvents: boolean;
}

async function readThrough(chunks: AsyncIterable<string>, from: string, needs: Follow): Promise<Read> {
  let state = beginSse(from);
  let hasEvents = false;
  try {
    for await (const chunk of chunks) {
      if (needs.signal.aborted) break;
      const read = readSse(state, chunk);
      state = read.state;
      for (const message of read.messages) {
        hasEvents ||= message.event !== 'problem';
        needs.onMessage(message);
      }
      needs.onCursor(state.lastEventId);
    }
  } catch {
    // A connection that breaks is a connection that ends; what was whole is told.
  }
  return { lastEventId: state.lastEventId, hasEvents };
}
