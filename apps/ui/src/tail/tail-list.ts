/** The list of the live tail: newest first, bounded, and still while somebody reads it. Pure. */
import type { TailEvent } from './tail-event.ts';

/** As many rows as a browser draws without effort. */
export const MAX_EVENTS = 500;

/** Numbered as it came: a cursor may stand for several events, so ids cannot tell rows apart. */
export interface NumberedEvent extends TailEvent {
  readonly number: number;
}

export interface TailList {
  /** newest first, at most MAX_EVENTS */
  readonly shown: readonly NumberedEvent[];
  /** came while the list stood still: newest first, at most MAX_EVENTS */
  readonly held: readonly NumberedEvent[];
  /** came while the list stood still and was let go at the bound */
  readonly letGo: number;
  readonly received: number;
}

export const EMPTY_TAIL: TailList = { shown: [], held: [], letGo: 0, received: 0 };

/** `fresh` in the order of arrival. */
export function addEvents(list: TailList, fresh: readonly TailEvent[], isPaused: boolean): TailList {
  if (fresh.length === 0) return list;
  const newest = fresh.map((event, index) => ({ ...event, number: list.received + index })).toReversed();
  const received = list.received + fresh.length;
  if (!isPaused) return { ...list, shown: [...newest, ...list.shown].slice(0, MAX_EVENTS), received };
  const held = [...newest, ...list.held];
  return {
    ...list,
    held: held.slice(0, MAX_EVENTS),
    letGo: list.letGo + Math.max(0, held.length - MAX_EVENTS),
    received,
  };
}

/** What came meanwhile moves to the top. */
export const resumeTail = (list: TailList): TailList =>
  list.held.length === 0 && list.letGo === 0
    ? list
    : { ...list, shown: [...list.held, ...list.shown].slice(0, MAX_EVENTS), held: [], letGo: 0 };

export const newWhilePaused = (list: TailList): number => list.held.length + list.letGo;
