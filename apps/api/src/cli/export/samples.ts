/** Contention as weighted stacks: what pprof and a sampled speedscope profile hold. Pure. */
import type { CodeSiteJson, TraceAnswer, WaitStacksAnswer } from '@mapscope/contract';
import { place } from '../words/places.ts';

/** Whose stack a wait is counted at: Go's mutex profile has the holder's (runtime/mprof.go, mutexevent), its block profile the waiter's. */
export const SIDES = ['holder', 'waiter'] as const;
export type Side = (typeof SIDES)[number];

export interface ContentionSample {
  /** innermost first, never empty */
  readonly frames: readonly CodeSiteJson[];
  readonly contentions: number;
  readonly delayNanos: number;
  readonly labels: Readonly<Record<string, string>>;
}

const UNKNOWN: CodeSiteJson = { function: '(no readable stack)', file: '', line: 0 };
const named = (site: CodeSiteJson): CodeSiteJson => (site.function === '' ? UNKNOWN : site);

/**
 * The probe sits within the runtime; Go's own profiles begin where a program called into sync, so that flat values fall
 * on Unlock and its callers (runtime/mprof.go, mutexevent, skips the runtime). A stack of the runtime alone stays whole.
 */
export function callersOf(frames: readonly CodeSiteJson[]): readonly CodeSiteJson[] {
  const first = frames.findIndex(
    ({ function: name }) => !/^(runtime\.|sync\.runtime_|internal\/sync\.runtime_)/.test(name),
  );
  return first <= 0 ? frames : frames.slice(first);
}

/** As many stacks as the API tells at once; what is beyond them is one sample, without its number of waits. */
export const MAX_STACKS = 1000;
const BEYOND: CodeSiteJson = { function: `(stacks beyond the first ${MAX_STACKS})`, file: '', line: 0 };

export function samplesOfStacks({ items, totalWaitMs }: WaitStacksAnswer): readonly ContentionSample[] {
  const samples = items.map(({ frames, waits, waitMs }): ContentionSample => ({
    frames: frames.length === 0 ? [UNKNOWN] : callersOf(frames).map(named),
    contentions: waits,
    delayNanos: toNanos(waitMs),
    labels: {},
  }));
  const beyond = toNanos(totalWaitMs) - samples.reduce((sum, { delayNanos }) => sum + delayNanos, 0);
  // Rounding to whole nanoseconds moves a total by less than one a stack.
  if (items.length < MAX_STACKS || beyond <= MAX_STACKS) return samples;
  return [...samples, { frames: [BEYOND], contentions: 0, delayNanos: beyond, labels: {} }];
}

const toNanos = (ms: number): number => Math.round(ms * 1e6);

/** Of a trace each wait has both whole stacks. */
export const samplesOfTrace = (trace: TraceAnswer, side: Side): readonly ContentionSample[] =>
  trace.waits.map((wait) => {
    const stack = side === 'holder' ? wait.holderStack : wait.waiterStack;
    const [own, other] = side === 'holder' ? [wait.releasedAt, wait.waiter] : [wait.waiter, wait.releasedAt];
    const frames = stack.length === 0 ? [named(own)] : callersOf(stack).map(named);
    const labels = {
      [side === 'holder' ? 'waiter' : 'holder']: place(other),
      lock: wait.lockKind,
      address: wait.lockAddress,
      trace: trace.traceId,
    };
    return { frames, contentions: 1, delayNanos: toNanos(wait.waitMs), labels };
  });

export const totalsOf = (samples: readonly ContentionSample[]) => ({
  contentions: samples.reduce((sum, { contentions }) => sum + contentions, 0),
  delayNanos: samples.reduce((sum, { delayNanos }) => sum + delayNanos, 0),
});
