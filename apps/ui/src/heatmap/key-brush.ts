/**
 * A brush drawn by keys: ← → walk over the steps, with Shift they select; Shift ↑ ↓ raise and lower the latency that the
 * requests took at least. Pure.
 */

export interface KeyBrush {
  /** step under the cursor */
  readonly at: number;
  /** where the selection began; undefined: nothing is selected */
  readonly anchor: number | undefined;
  /** steps of the ladder of latencies, from below; 0: all requests */
  readonly rung: number;
}

export interface Board {
  readonly steps: number;
  readonly rungs: number;
}

const bounded = (value: number, end: number): number => Math.min(Math.max(0, value), Math.max(0, end - 1));

/** Undefined: a key that means nothing here. */
export function pressKey(
  brush: KeyBrush,
  key: string,
  isShift: boolean,
  { steps, rungs }: Board,
): KeyBrush | undefined {
  const walk = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0;
  if (walk !== 0) {
    const at = bounded(brush.at + walk, steps);
    return isShift ? { ...brush, at, anchor: brush.anchor ?? brush.at } : { at, anchor: undefined, rung: 0 };
  }
  const climb = key === 'ArrowUp' ? 1 : key === 'ArrowDown' ? -1 : 0;
  if (climb !== 0 && isShift)
    return { ...brush, anchor: brush.anchor ?? brush.at, rung: bounded(brush.rung + climb, rungs) };
  if (key === 'Home') return { at: 0, anchor: isShift ? (brush.anchor ?? brush.at) : undefined, rung: brush.rung };
  if (key === 'End')
    return { at: bounded(steps, steps), anchor: isShift ? (brush.anchor ?? brush.at) : undefined, rung: brush.rung };
  if (key === 'Escape') return { ...brush, anchor: undefined, rung: 0 };
  return undefined;
}

export interface KeySelection {
  /** first and last step, both selected */
  readonly steps: readonly [number, number];
  /** undefined: all requests */
  readonly minMs: number | undefined;
}

/** Five rungs a decade: as fine as a picture of a decade is high. */
const RUNGS_PER_DECADE = 5;

export const rungsOf = ([low, high]: readonly [number, number]): number =>
  Math.max(1, Math.floor(Math.log10(high / low) * RUNGS_PER_DECADE) + 1);

export function selectionOf(
  { at, anchor, rung }: KeyBrush,
  [low]: readonly [number, number],
): KeySelection | undefined {
  if (anchor === undefined) return undefined;
  return {
    steps: [Math.min(at, anchor), Math.max(at, anchor)],
    minMs: rung === 0 ? undefined : low * 10 ** (rung / RUNGS_PER_DECADE),
  };
}
