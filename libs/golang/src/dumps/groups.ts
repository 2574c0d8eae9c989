/** Goroutines that stand at the same place in the same state, as one line. Pure. */
import type { DumpedGoroutine, DumpFrame } from './goroutine-dump.ts';
import { userFrame } from './user-frame.ts';

export interface GoroutineGroup {
  readonly state: string;
  readonly count: number;
  readonly longestWaitMinutes: number;
  /** the program's own innermost frame; undefined: Go printed no stack */
  readonly at: DumpFrame | undefined;
  /** of the first goroutine: arguments differ within the group */
  readonly frames: readonly DumpFrame[];
  readonly creator: DumpFrame | undefined;
  /** the first few, to find them in the text */
  readonly goids: readonly number[];
}

const MAX_GOIDS = 5;

export const placeOf = ({ function: name, file, line }: DumpFrame): string => `${name} ${file}:${line}`;

/** Most goroutines first, then the longest wait. */
export function groupGoroutines(goroutines: readonly DumpedGoroutine[]): readonly GoroutineGroup[] {
  const members = new Map<string, DumpedGoroutine[]>();
  for (const goroutine of goroutines) {
    const key = [goroutine.state, goroutine.elidedFrames, ...goroutine.frames.map(placeOf)].join('\n');
    const group = members.get(key);
    if (group === undefined) members.set(key, [goroutine]);
    else group.push(goroutine);
  }
  return [...members.values()]
    .flatMap(toGroup)
    .toSorted((a, b) => b.count - a.count || b.longestWaitMinutes - a.longestWaitMinutes);
}

function toGroup(members: readonly DumpedGoroutine[]): readonly GoroutineGroup[] {
  const [first] = members;
  if (first === undefined) return [];
  const { state, frames, creator } = first;
  return [
    {
      state,
      count: members.length,
      longestWaitMinutes: longestWait(members),
      at: userFrame(frames),
      frames,
      creator,
      goids: members.slice(0, MAX_GOIDS).map(({ goid }) => goid),
    },
  ];
}

export const longestWait = (goroutines: readonly DumpedGoroutine[]): number =>
  goroutines.reduce((most, { waitMinutes }) => Math.max(most, waitMinutes), 0);
