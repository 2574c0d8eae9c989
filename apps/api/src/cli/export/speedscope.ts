/**
 * speedscope's own file (github.com/jlfwong/speedscope, src/lib/file-format-spec.ts): frames once, then profiles. A trace
 * is one evented profile a lane; a window is two sampled ones, by time waited and by number of waits. Pure.
 */
import type { CodeSiteJson } from '@mapscope/contract';
import type { Lane, Lanes } from './lanes.ts';
import type { ContentionSample } from './samples.ts';

const SCHEMA = 'https://www.speedscope.app/file-format-schema.json';
const EXPORTER = 'mapscope';

interface Frame {
  readonly name: string;
  readonly file?: string;
  readonly line?: number;
}

/** Each frame once; `of` gives its place in the file. */
function frameTable() {
  const places = new Map<string, number>();
  const frames: Frame[] = [];
  const of = (frame: Frame): number => {
    const key = `${frame.name}\n${frame.file ?? ''}\n${frame.line ?? ''}`;
    const known = places.get(key) ?? frames.push(frame) - 1;
    places.set(key, known);
    return known;
  };
  return { frames, of };
}

export function speedscopeOfTrace({ lanes }: Lanes, name: string): object {
  const table = frameTable();
  const profiles = lanes.map((lane) => evented(lane, table.of));
  return file(name, table.frames, profiles);
}

/** What is open at the begin of the next slice, and has ended, is closed first, innermost first. */
function evented({ service, name, slices }: Lane, frameOf: (frame: Frame) => number): object {
  const events: { type: 'O' | 'C'; frame: number; at: number }[] = [];
  const open: { frame: number; end: number }[] = [];
  const closeUntil = (now: number): void => {
    for (let last = open.at(-1); last !== undefined && last.end <= now; last = open.at(-1)) {
      events.push({ type: 'C', frame: last.frame, at: last.end });
      open.pop();
    }
  };
  for (const { name: title, startNanos, durationNanos } of slices) {
    closeUntil(startNanos);
    const frame = frameOf({ name: title });
    events.push({ type: 'O', frame, at: startNanos });
    open.push({ frame, end: startNanos + durationNanos });
  }
  closeUntil(Infinity);
  const ends = events.map(({ at }) => at);
  const extent = { startValue: Math.min(...ends), endValue: Math.max(...ends) };
  return { type: 'evented', name: `${service}, ${name}`, unit: 'nanoseconds', ...extent, events };
}

export function speedscopeOfSamples(samples: readonly ContentionSample[], name: string): object {
  const table = frameTable();
  // speedscope has the outermost frame first, pprof the innermost.
  const stacks = samples.map(({ frames }) => frames.toReversed().map((site) => table.of(frameOf(site))));
  const sampled = (title: string, unit: 'nanoseconds' | 'none', weights: readonly number[]) => {
    const endValue = weights.reduce((sum, weight) => sum + weight, 0);
    return { type: 'sampled', name: title, unit, startValue: 0, endValue, samples: stacks, weights };
  };
  return file(name, table.frames, [
    sampled(
      'delay',
      'nanoseconds',
      samples.map(({ delayNanos }) => delayNanos),
    ),
    sampled(
      'contentions',
      'none',
      samples.map(({ contentions }) => contentions),
    ),
  ]);
}

const frameOf = ({ function: name, file: path, line }: CodeSiteJson): Frame =>
  path === '' ? { name } : { name, file: path, line };

const file = (name: string, frames: readonly Frame[], profiles: readonly object[]): object => ({
  $schema: SCHEMA,
  exporter: EXPORTER,
  name,
  activeProfileIndex: 0,
  shared: { frames },
  profiles,
});
