/** Goroutines that were parked while Go printed them: their stacks by the flight recorder and by Go. Pure; for tests. */
import { GOROUTINE_STATES } from '@mapscope/events';
import type { Frame } from '@mapscope/golang';
import type { Row } from '../test-target.ts';
import { parseTraceback, printedFrames } from './traceback.ts';

interface Parked {
  readonly state: string;
  readonly frames: readonly string[];
}

export interface ComparedGoroutine {
  readonly goid: number;
  readonly seen: Parked;
  readonly printed: Parked;
}

/** @param quietFrom milliseconds: who parked before and did nothing since, was parked when Go printed it */
export function comparedGoroutines(
  dump: readonly Row[],
  stacks: readonly Row[],
  traceback: string,
  quietFrom: number,
): readonly ComparedGoroutine[] {
  const printed = new Map(parseTraceback(traceback).map((goroutine) => [goroutine.goid, goroutine]));
  const known = new Map(stacks.map((row) => [row['stack'], printedFrames(framesOf(row))]));
  const last = new Map(dump.map((row) => [Number(row['goid']), row]));
  return [...last].flatMap(([goid, row]) => {
    const frames = known.get(row['stack']);
    const other = printed.get(goid);
    const isQuiet = row['new_state'] === GOROUTINE_STATES.waiting && Number(row['ts']) / 1e6 < quietFrom;
    // The runtime's own goroutines: Go prints no frame of them, and they move while nobody asks.
    if (!isQuiet || frames === undefined || frames.length === 0 || other === undefined) return [];
    const { state, frames: otherFrames } = other;
    return [{ goid, seen: { state: String(row['wait_reason']), frames }, printed: { state, frames: otherFrames } }];
  });
}

/** of a row of table stacks */
export function framesOf(row: Row): readonly Frame[] {
  const [functions, files, lines] = [row['functions'], row['files'], row['lines']].map((value) => [value ?? []].flat());
  return (functions ?? []).map((name, index) => ({
    function: String(name),
    file: String(files?.[index]),
    line: Number(lines?.[index]),
  }));
}
