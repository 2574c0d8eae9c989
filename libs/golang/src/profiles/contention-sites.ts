/** Where a mutex or block profile says that time was lost, by the program's own lines. Pure. */
import { MapscopeError } from '@mapscope/events';
import { calledOperation, userFrame } from '../dumps/user-frame.ts';
import type { Profile, ProfileFrame } from './profile.ts';

export interface ContentionSite extends ProfileFrame {
  /** what was called there; an Unlock is of a mutex profile: the line that let go, not the one that waited */
  readonly operations: readonly string[];
  readonly contentions: number;
  readonly delayNanos: number;
}

export interface ContentionSites {
  readonly contentions: number;
  readonly delayNanos: number;
  /** the most delay first */
  readonly sites: readonly ContentionSite[];
}

interface Sum {
  readonly frame: ProfileFrame;
  readonly operations: Set<string>;
  contentions: bigint;
  delayNanos: bigint;
}

/** Sums are of 64 bits, as Go's: a busy year is more than 2^53 ns of waiting. Throws CONFIG_INVALID for other profiles. */
export function contentionSites(profile: Profile): ContentionSites {
  const counts = indexOf(profile, 'contentions/count');
  const delays = indexOf(profile, 'delay/nanoseconds');
  const sums = new Map<string, Sum>();
  for (const { values, frames } of profile.samples) {
    const frame = userFrame(frames) ?? { function: '(no stack)', file: '', line: 0 };
    const key = `${frame.function}\n${frame.file}:${frame.line}`;
    const sum = sums.get(key) ?? { frame, operations: new Set(), contentions: 0n, delayNanos: 0n };
    sums.set(key, sum);
    const operation = calledOperation(frames);
    if (operation !== '') sum.operations.add(operation);
    sum.contentions += values[counts] ?? 0n;
    sum.delayNanos += values[delays] ?? 0n;
  }
  const all = [...sums.values()];
  return {
    contentions: Number(all.reduce((total, sum) => total + sum.contentions, 0n)),
    delayNanos: Number(all.reduce((total, sum) => total + sum.delayNanos, 0n)),
    sites: all.map(toSite).toSorted((a, b) => b.delayNanos - a.delayNanos || b.contentions - a.contentions),
  };
}

const toSite = ({ frame, operations, contentions, delayNanos }: Sum): ContentionSite => ({
  ...frame,
  operations: [...operations],
  contentions: Number(contentions),
  delayNanos: Number(delayNanos),
});

function indexOf({ sampleTypes }: Profile, wanted: string): number {
  const index = sampleTypes.indexOf(wanted);
  if (index >= 0) return index;
  const text = `this profile holds ${sampleTypes.join(', ')} and no ${wanted}: take /debug/pprof/mutex or /debug/pprof/block`;
  throw new MapscopeError('CONFIG_INVALID', text);
}
