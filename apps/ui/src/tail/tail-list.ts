/** The list of the live tail: newest first, bounded, and still while somebody reads it. Pure. */
import type { TailEntry } from './tail-event.ts';

/** As many rows as a browser draws without effort. */
export const MAX_ENTRIES = 500;

/** Numbered as it came: a cursor may stand for several events, so ids cannot tell rows apart. */
export interface NumberedEntry {
  readonly number: number;
  readonly entry: TailEntry;
}

export interface TailList {
  /** newest first, at most MAX_ENTRIES */
  readonly shown: readonly NumberedEntry[];
  /** came while the list stood still: newest first, at most MAX_ENTRIES */
  readonly held: readonly NumberedEntry[];
  /** came while the list stood still and was let go at the bound */
  readonly letGo: number;
  readonly entries: number;
  /** events, marks not counted */
  readonly received: number;
  /** events that the API says it did not send */
  readonly skipped: number;
}

export const EMPTY_TAIL: TailList = { shown: [], held: [], letGo: 0, entries: 0, received: 0, skipped: 0 };

/** `fresh` in the order of arrival. */
export function addEntries(before: TailList, fresh: readonly TailEntry[], isPaused: boolean): TailList {
  if (fresh.length === 0) return before;
  const newest = fresh.map((entry, index) => ({ entry, number: before.entries + index })).toReversed();
  const list = counted(before, fresh);
  if (!isPaused) return { ...list, shown: [...newest, ...list.shown].slice(0, MAX_ENTRIES) };
  const held = [...newest, ...list.held];
  const letGo = list.letGo + Math.max(0, held.length - MAX_ENTRIES);
  return { ...list, held: held.slice(0, MAX_ENTRIES), letGo };
}

function counted(list: TailList, fresh: readonly TailEntry[]): TailList {
  const events = fresh.filter(({ what }) => what === 'event').length;
  const skipped = fresh.reduce((sum, entry) => sum + (entry.what === 'skipped' ? entry.count : 0), 0);
  return {
    ...list,
    entries: list.entries + fresh.length,
    received: list.received + events,
    skipped: list.skipped + skipped,
  };
}

/** What came meanwhile moves to the top. */
export const resumeTail = (list: TailList): TailList =>
  list.held.length === 0 && list.letGo === 0
    ? list
    : { ...list, shown: [...list.held, ...list.shown].slice(0, MAX_ENTRIES), held: [], letGo: 0 };

export const newWhilePaused = (list: TailList): number => list.held.length + list.letGo;
