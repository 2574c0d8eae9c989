/**
 * A flame graph of waits: who called whom, outermost at the top, as wide as what was waited below it. Pure.
 *
 *   ┌ serve ────────────────────────────────┐
 *   ├ product ───────────────┬ cart ────────┤     a frame is a function on one way down from the top
 *   ├ Get ──────────┬ Touch ─┤ List         │
 *
 * With a baseline each frame knows its part of both, so that their difference can be told.
 */
import type { CodeSiteJson, WaitStacksAnswer } from '@mapscope/contract';

export interface FlameFrame {
  /** functions from the top down to this one: what it is known by */
  readonly path: string;
  readonly site: CodeSiteJson;
  readonly depth: number;
  /** of all waits, 0 … 1: where it begins, and how wide it is */
  readonly left: number;
  readonly width: number;
  readonly waits: number;
  readonly waitMs: number;
  /** waited at a line of this very function: below it is nothing but the runtime */
  readonly selfMs: number;
  /** its part of all waits, minus that in the baseline: −1 … 1 */
  readonly gained: number;
}

export interface Flame {
  /** from the top, left to right */
  readonly frames: readonly FlameFrame[];
  readonly depth: number;
  readonly totalMs: number;
  readonly baselineTotalMs: number;
}

interface Branch {
  readonly path: string;
  readonly site: CodeSiteJson;
  waits: number;
  waitMs: number;
  selfMs: number;
  baselineMs: number;
  readonly children: Map<string, Branch>;
}

/** Of Go itself: parks goroutines for others. */
export const isRuntime = (name: string): boolean => /^(sync|runtime|internal)[./]/.test(name);

const UNKNOWN: CodeSiteJson = { function: 'stack not stored', file: '', line: 0 };

const branch = (path: string, site: CodeSiteJson): Branch => ({
  path,
  site,
  waits: 0,
  waitMs: 0,
  selfMs: 0,
  baselineMs: 0,
  children: new Map(),
});

export function flameOf({ items }: Pick<WaitStacksAnswer, 'items'>): Flame {
  const root = branch('', UNKNOWN);
  for (const item of items) grow(root, item);
  const frames: FlameFrame[] = [];
  const total = { now: Math.max(root.waitMs, Number.MIN_VALUE), before: root.baselineMs };
  place(root, { left: 0, depth: -1, total, frames });
  return {
    frames,
    depth: frames.reduce((deepest, frame) => Math.max(deepest, frame.depth + 1), 0),
    totalMs: root.waitMs,
    baselineTotalMs: root.baselineMs,
  };
}

function grow(root: Branch, { frames, waits, waitMs, baselineWaitMs }: WaitStacksAnswer['items'][number]): void {
  let at = root;
  let waiting = root;
  add(at, waits, waitMs, baselineWaitMs);
  for (const site of frames.length === 0 ? [UNKNOWN] : frames.toReversed()) {
    // Lines of one function are one frame: what calls from two lines is read as one.
    const path = `${at.path}/${site.function}`;
    const child = at.children.get(site.function) ?? branch(path, site);
    at.children.set(site.function, child);
    add(child, waits, waitMs, baselineWaitMs);
    at = child;
    if (!isRuntime(site.function)) waiting = child;
  }
  (waiting === root ? at : waiting).selfMs += waitMs;
}

function add(to: Branch, waits: number, waitMs: number, baselineMs: number): void {
  to.waits += waits;
  to.waitMs += waitMs;
  to.baselineMs += baselineMs;
}

interface Place {
  readonly left: number;
  readonly depth: number;
  readonly total: { readonly now: number; readonly before: number };
  readonly frames: FlameFrame[];
}

/** Widest first: a picture of the same waits is the same picture. Bounded by the depth of Go stacks that probes take. */
function place(from: Branch, { left, depth, total, frames }: Place): void {
  const { path, site, waits, waitMs, selfMs } = from;
  const width = waitMs / total.now;
  const before = total.before === 0 ? 0 : from.baselineMs / total.before;
  if (depth >= 0) frames.push({ path, site, depth, left, width, waits, waitMs, selfMs, gained: width - before });
  let at = left;
  for (const child of [...from.children.values()].toSorted(
    (a, b) => b.waitMs - a.waitMs || (a.path < b.path ? -1 : 1),
  )) {
    place(child, { left: at, depth: depth + 1, total, frames });
    at += child.waitMs / total.now;
  }
}

/** The frames under and over one, stretched to the whole width; `path` '' is everything. */
export function zoomed({ frames }: Flame, path: string): readonly FlameFrame[] {
  const focus = frames.find((frame) => frame.path === path);
  if (focus === undefined) return frames;
  return frames
    .filter((frame) => isWithin(frame.path, path) || isWithin(path, frame.path))
    .map((frame) => {
      if (!isWithin(frame.path, path)) return { ...frame, left: 0, width: 1 };
      return { ...frame, left: (frame.left - focus.left) / focus.width, width: frame.width / focus.width };
    });
}

const isWithin = (path: string, above: string): boolean => path === above || path.startsWith(`${above}/`);

/** Where an arrow leads from a frame; undefined: nowhere. */
export function neighbour(frames: readonly FlameFrame[], path: string, key: string): FlameFrame | undefined {
  const at = frames.find((frame) => frame.path === path) ?? frames[0];
  if (at === undefined) return undefined;
  const row = (depth: number): readonly FlameFrame[] => frames.filter((frame) => frame.depth === depth);
  const here = row(at.depth);
  const index = here.indexOf(at);
  switch (key) {
    case 'ArrowRight':
      return here[index + 1];
    case 'ArrowLeft':
      return here[index - 1];
    case 'ArrowDown':
      return row(at.depth + 1).find((frame) => isWithin(frame.path, at.path));
    case 'ArrowUp':
      return row(at.depth - 1).find((frame) => isWithin(at.path, frame.path));
    default:
      return undefined;
  }
}
