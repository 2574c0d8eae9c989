/**
 * Which of the processes that run are to be probed now? Pure: the manager asks after every look, and carries it out.
 *
 *   seen, wanted ─┬ not known ──────────────► attach ─┐
 *                 ├ known, may be attached ─► attach ─┴─► beyond the bound: not now, counted
 *                 └ running or resting ─────► nothing
 *   known, not seen, not running ───────────► forget
 *
 * A process ends its own run (it exits, or becomes another program): nobody here has to detach it.
 */
import { type ProcessFacts, type Selector, matches } from '@mapscope/rollout';

export interface SeenProcess {
  /** The process and the program in it: exec makes another image of the same process. */
  readonly image: string;
  readonly facts: ProcessFacts;
}

/** running: probed, or about to be; free: may be attached; resting: switched off, past its TTL, or it could not be */
export type Standing = 'running' | 'free' | 'resting';

export interface Situation {
  readonly known: ReadonlyMap<string, Standing>;
  readonly seen: readonly SeenProcess[];
  readonly selectors: readonly Selector[];
  readonly maxTargets: number;
}

export interface Decision {
  readonly attach: readonly SeenProcess[];
  /** wanted, but there are as many already as may be */
  readonly noRoom: readonly SeenProcess[];
  readonly forget: readonly string[];
}

export function decideTargets({ known, seen, selectors, maxTargets }: Situation): Decision {
  const running = [...known.values()].filter((standing) => standing === 'running').length;
  const open = seen.filter(
    ({ image, facts }) =>
      (known.get(image) ?? 'free') === 'free' && selectors.some((selector) => matches(selector, facts)),
  );
  const room = Math.max(0, maxTargets - running);
  const images = new Set(seen.map(({ image }) => image));
  return {
    attach: open.slice(0, room),
    noRoom: open.slice(room),
    forget: [...known.keys()].filter((image) => known.get(image) !== 'running' && !images.has(image)),
  };
}

/** What can be told of a process without reading its program. */
export type CheapFacts = Pick<ProcessFacts, 'pid' | 'exe' | 'cgroup' | 'container'>;

/** Could any selector take this process, whatever its program says? */
export function mayMatch(selectors: readonly Selector[], facts: CheapFacts): boolean {
  const unread = { ...facts, buildId: '', module: { path: '', version: '' }, service: '', identity: '' };
  return selectors.some((selector) => matches(cheapTerms(selector), unread));
}

/** Somebody named just this: then it is worth a warning when it cannot be probed. */
export function isNamed(selectors: readonly Selector[], facts: CheapFacts): boolean {
  const narrow = selectors.filter((selector) => Object.keys(cheapTerms(selector)).length > 0);
  return narrow.length > 0 && mayMatch(narrow, facts);
}

function cheapTerms({ pid, exe, cgroup, container }: Selector): Selector {
  return {
    ...(pid === undefined ? {} : { pid }),
    ...(exe === undefined ? {} : { exe }),
    ...(cgroup === undefined ? {} : { cgroup }),
    ...(container === undefined ? {} : { container }),
  };
}
