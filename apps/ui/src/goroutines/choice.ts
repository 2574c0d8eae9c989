/** Which state of which goroutine one looks at, and where keys lead from there. Pure. */
import type { Stretch, Track } from './tracks.ts';
import { stretchAt } from './view.ts';

export interface Choice {
  /** number of the row */
  readonly track: number;
  readonly atMs: number;
}

export interface Chosen {
  readonly track: Track;
  readonly stretch: Stretch | undefined;
}

export function chosenOf(tracks: readonly Track[], choice: Choice | undefined): Chosen | undefined {
  const track = choice === undefined ? undefined : tracks[choice.track];
  return track === undefined || choice === undefined ? undefined : { track, stretch: stretchAt(track, choice.atMs) };
}

const middleOf = ({ fromMs, toMs }: Stretch): number => (Math.max(0, fromMs) + toMs) / 2;

/** Undefined: a key that leads nowhere. */
export function stepped(tracks: readonly Track[], choice: Choice | undefined, key: string): Choice | undefined {
  if (!/^Arrow|^u$/.test(key)) return undefined;
  if (choice === undefined)
    return tracks.length === 0 ? undefined : { track: 0, atMs: tracks[0]?.stretches.at(-1)?.fromMs ?? 0 };
  if (key === 'ArrowUp' || key === 'ArrowDown') {
    const track = choice.track + (key === 'ArrowUp' ? -1 : 1);
    return tracks[track] === undefined ? undefined : { ...choice, track };
  }
  return key === 'u' ? wakerOf(tracks, choice) : beside(tracks, choice, key === 'ArrowLeft' ? -1 : 1);
}

function beside(tracks: readonly Track[], choice: Choice, by: number): Choice | undefined {
  const chosen = chosenOf(tracks, choice);
  if (chosen?.stretch === undefined) return undefined;
  const next = chosen.track.stretches[chosen.track.stretches.indexOf(chosen.stretch) + by];
  return next === undefined ? undefined : { ...choice, atMs: middleOf(next) };
}

/** The goroutine that ended this wait, at the moment it did. */
export function wakerOf(tracks: readonly Track[], choice: Choice): Choice | undefined {
  const stretch = chosenOf(tracks, choice)?.stretch;
  if (stretch?.wokenBy === undefined) return undefined;
  const track = tracks.findIndex(({ goroutine }) => goroutine === stretch.wokenBy);
  return track < 0 ? undefined : { track, atMs: stretch.toMs };
}
