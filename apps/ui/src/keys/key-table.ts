/** The keys, for those who press them and for the page that lists them. Pure. */
import type { Page } from '../router/pages.ts';

export interface KeyLine {
  readonly keys: readonly string[];
  readonly does: string;
}

export interface KeyGroup {
  readonly title: string;
  readonly lines: readonly KeyLine[];
}

/** Second key after `g`. */
export const GO: Readonly<Record<string, Page>> = {
  i: 'incidents',
  e: 'explain',
  t: 'trace',
  l: 'locks',
  m: 'maps',
  g: 'goroutines',
  c: 'crashes',
  s: 'services',
  p: 'probes',
  v: 'tail',
  h: 'status',
};

const letterOf = new Map(Object.entries(GO).map(([letter, page]) => [page, letter]));
export const goKeysOf = (page: Page): readonly string[] => ['g', letterOf.get(page) ?? ''];

export const KEY_GROUPS: readonly KeyGroup[] = [
  {
    title: 'Everywhere',
    lines: [
      { keys: ['Ctrl K', '⌘ K'], does: 'find a page, a service or a trace' },
      { keys: ['?'], does: 'this list' },
      { keys: ['Tab', 'Enter'], does: 'walk and follow' },
      { keys: ['Esc'], does: 'close what is open' },
    ],
  },
  {
    title: 'Latency chart of Explain',
    lines: [
      { keys: ['←', '→'], does: 'another moment' },
      { keys: ['Shift ←', 'Shift →'], does: 'select a time' },
      { keys: ['Shift ↑', 'Shift ↓'], does: 'only requests that took longer, or shorter' },
      { keys: ['Enter'], does: 'explain what is selected' },
    ],
  },
  {
    title: 'Trace',
    lines: [
      { keys: ['↑', '↓'], does: 'another row' },
      { keys: ['Enter'], does: 'open or close it' },
    ],
  },
  {
    title: 'Goroutine timeline',
    lines: [
      { keys: ['w', 's'], does: 'zoom in and out' },
      { keys: ['a', 'd'], does: 'earlier and later' },
      { keys: ['↑', '↓'], does: 'another goroutine' },
      { keys: ['←', '→'], does: 'another state of it' },
      { keys: ['u'], does: 'to the goroutine that woke it' },
      { keys: ['0'], does: 'all of it again' },
    ],
  },
  {
    title: 'Flame graph',
    lines: [
      { keys: ['↑', '↓', '←', '→'], does: 'another frame' },
      { keys: ['Enter'], does: 'make it as wide as all' },
    ],
  },
];
