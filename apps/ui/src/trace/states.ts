/** What the goroutine of a request did meanwhile, from a reading of the flight recorder that covers the trace. Pure. */
import type { DumpJson, TimelineAnswer } from '@mapscope/contract';
import { msBetween } from '../format/instant.ts';
import type { Tone } from '../goroutines/states.ts';
import { tracksOf } from '../goroutines/tracks.ts';
import type { Extent, TraceLayout } from './layout.ts';
import type { RequestNode } from './tree.ts';

export interface StatePiece extends Extent {
  readonly tone: Tone;
}

/** Pieces by id of the request's span. */
export type States = ReadonlyMap<string, readonly StatePiece[]>;

/** The recorder keeps ten seconds. */
const MAX_LAST_MS = 10_000;

/** The first reading after the trace that still holds its begin. */
export function dumpFor(dumps: readonly DumpJson[], { start, spanMs }: TraceLayout): DumpJson | undefined {
  return dumps
    .filter(({ at, completeFrom }) => {
      const isAfter = msBetween(start, at) >= spanMs;
      return isAfter && msBetween(completeFrom, start) >= 0 && msBetween(start, at) < MAX_LAST_MS;
    })
    .toSorted((a, b) => msBetween(b.at, a.at))[0];
}

export const lastMsFor = ({ at }: DumpJson, { start }: TraceLayout): string =>
  String(Math.min(MAX_LAST_MS, Math.ceil(msBetween(start, at)) + 1));

export function statesOf(answer: TimelineAnswer, layout: TraceLayout): States {
  const offsetMs = msBetween(answer.window.from, layout.start);
  const tracks = new Map(tracksOf(answer).tracks.map((track) => [track.goroutine, track]));
  const requests = layout.bars.map(({ node }) => node).filter((node): node is RequestNode => node.kind === 'request');
  const own = requests.filter(({ service }) => service === answer.dump.service);
  return new Map(
    own.map((node) => {
      const [from, to] = [node.startMs + offsetMs, node.startMs + node.lengthMs + offsetMs];
      const stretches = tracks.get(node.request.goroutine)?.stretches ?? [];
      const pieces = stretches
        .filter(({ fromMs, toMs }) => toMs > from && fromMs < to)
        .map(({ fromMs, toMs, tone }): StatePiece => {
          const [left, right] = [Math.max(fromMs, from) - offsetMs, Math.min(toMs, to) - offsetMs];
          return { tone, leftPct: (left / layout.spanMs) * 100, widthPct: ((right - left) / layout.spanMs) * 100 };
        });
      return [node.request.spanId, pieces];
    }),
  );
}
