/** Which part of a timeline is on the screen, and what keys make of it. Pure. */
import type { Stretch, Track } from './tracks.ts';

/** ms since the begin of the window */
export interface View {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Closer than this there is nothing more to see: clocks of two CPUs agree to about as much. */
const MIN_SPAN_MS = 0.0005;
const ZOOM = 1.5;
const PAN = 0.2;

/** Kept within the whole: neither wider, nor beside it. */
export function bounded({ fromMs, toMs }: View, endMs: number): View {
  const span = Math.min(endMs, Math.max(MIN_SPAN_MS, toMs - fromMs));
  const from = Math.min(Math.max(0, fromMs), endMs - span);
  return { fromMs: from, toMs: from + span };
}

/** `factor` above 1: closer. `at` stays where it is. */
export function zoomed({ fromMs, toMs }: View, factor: number, atMs: number, endMs: number): View {
  const span = (toMs - fromMs) / factor;
  const part = (atMs - fromMs) / (toMs - fromMs);
  return bounded({ fromMs: atMs - span * part, toMs: atMs + span * (1 - part) }, endMs);
}

export const panned = ({ fromMs, toMs }: View, part: number, endMs: number): View => {
  const by = (toMs - fromMs) * part;
  return bounded({ fromMs: fromMs + by, toMs: toMs + by }, endMs);
};

/** As in Go's trace viewer: w and s zoom, a and d pan, 0 shows all. Undefined: another key. */
export function pressed(view: View, key: string, atMs: number, endMs: number): View | undefined {
  switch (key) {
    case 'w':
      return zoomed(view, ZOOM, atMs, endMs);
    case 's':
      return zoomed(view, 1 / ZOOM, atMs, endMs);
    case 'a':
      return panned(view, -PAN, endMs);
    case 'd':
      return panned(view, PAN, endMs);
    case '0':
      return { fromMs: 0, toMs: endMs };
    default:
      return undefined;
  }
}

/** In view, with a margin, so that what one has jumped to is seen. */
export function revealing(view: View, { fromMs, toMs }: Pick<Stretch, 'fromMs' | 'toMs'>, endMs: number): View {
  if (toMs >= view.fromMs && fromMs <= view.toMs && Math.max(0, fromMs) >= view.fromMs) return view;
  const span = view.toMs - view.fromMs;
  const middle = (Math.max(0, fromMs) + toMs) / 2;
  return bounded({ fromMs: middle - span / 2, toMs: middle + span / 2 }, endMs);
}

export const stretchAt = ({ stretches }: Track, atMs: number): Stretch | undefined =>
  stretches.find(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs) ?? stretches.at(-1);

export interface Piece {
  readonly fromMs: number;
  readonly toMs: number;
  /** undefined: several states, too short to be told apart at this zoom */
  readonly stretch: Stretch | undefined;
}

/** What is drawn of a track: stretches in view; neighbours narrower than a pixel are one piece. */
export function piecesOf({ stretches }: Track, { fromMs, toMs }: View, pixelMs: number): readonly Piece[] {
  const pieces: Piece[] = [];
  for (const stretch of stretches) {
    if (stretch.toMs <= fromMs || stretch.fromMs >= toMs) continue;
    const last = pieces.at(-1);
    const isTiny = stretch.toMs - stretch.fromMs < pixelMs;
    if (isTiny && last !== undefined && last.toMs - last.fromMs < pixelMs * 2 && last.toMs >= stretch.fromMs) {
      pieces[pieces.length - 1] = { fromMs: last.fromMs, toMs: stretch.toMs, stretch: undefined };
    } else pieces.push({ fromMs: stretch.fromMs, toMs: stretch.toMs, stretch });
  }
  return pieces;
}
