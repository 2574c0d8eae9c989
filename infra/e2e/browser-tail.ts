/** Reads tails beside the browser's, and says what a page must have shown. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { PassedTail } from './browser-proxy.ts';

interface Frame {
  readonly event: string;
  readonly id: string;
  readonly data: string;
}

/** Whole frames only; each field once, as the API writes them. */
function framesOf(text: string): readonly Frame[] {
  const blocks = text.split('\n\n').slice(0, -1);
  return blocks.map((block) => {
    const field = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? '';
    return { event: field('event'), id: field('id'), data: field('data') };
  });
}

export interface Told {
  /** data of the events, as text */
  readonly events: readonly string[];
  readonly skipped: number;
}

function toldBy(frames: readonly Frame[]): Told {
  const skipped = frames.filter(({ event }) => event === 'skipped');
  return {
    events: frames.flatMap(({ event, data }) => (event === 'http_request' ? [data] : [])),
    skipped: skipped.reduce((sum, { data }) => sum + (JSON.parse(data) as { count: number }).count, 0),
  };
}

/** What a page was told over its connections: of each, up to where the next one went on. */
export function toldOver(tails: readonly PassedTail[]): Told {
  const all = tails.flatMap(({ text }, index) => {
    const frames = framesOf(text);
    const next = tails[index + 1];
    if (next === undefined) return frames;
    const end = frames.findLastIndex(({ id }) => id === next.lastEventId);
    if (end === -1) throw new Error(`the page went on from ${next.lastEventId}, which it was never sent`);
    return frames.slice(0, end + 1);
  });
  return toldBy(all);
}

export const firstCursor = (tail: PassedTail | undefined): string => framesOf(tail?.text ?? '')[0]?.id ?? '';

const QUIET_MILLIS = 3000;
const PATIENCE_MILLIS = 120_000;

export const countOf = ({ events, skipped }: Told): number => events.length + skipped;

/**
 * Everything from a cursor on, over one connection that nobody cuts: until nothing more comes and it is as much as
 * somebody else was told, who may have been told by an engine that was just as slow.
 */
export async function readFrom(url: string, cursor: string, toldElsewhere: () => number): Promise<Told> {
  const stop = new AbortController();
  const began = Date.now();
  const response = await fetch(url, { signal: stop.signal, headers: { 'last-event-id': cursor } });
  let [text, heardAt] = ['', Date.now()];
  const reading = (async (): Promise<void> => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      heardAt = Date.now();
    }
  })().catch(() => undefined);
  const isOver = (): boolean =>
    Date.now() - began > PATIENCE_MILLIS ||
    (Date.now() - heardAt > QUIET_MILLIS && countOf(toldBy(framesOf(text))) >= toldElsewhere());
  while (!isOver()) await sleep(100);
  stop.abort();
  await reading;
  return toldBy(framesOf(text));
}
