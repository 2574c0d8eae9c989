/** Contention as weighted stacks: what pprof and a sampled speedscope profile hold. Pure. */
import type { CodeSiteJson, ContentionRowJson, TraceAnswer } from '@mapscope/contract';
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

/** Of a window the store keeps one line a side: the line that waited, the line that let go. */
export const samplesOfRows = (rows: readonly ContentionRowJson[], side: Side): readonly ContentionSample[] =>
  rows.map((row) => {
    const [own, other] = side === 'holder' ? [row.releasedAt, row.waiter] : [row.waiter, row.releasedAt];
    const labels = {
      [side === 'holder' ? 'waiter' : 'holder']: place(other),
      lock: row.lockKind,
      platform: row.platform,
    };
    return { frames: [named(own)], contentions: row.waits, delayNanos: Math.round(row.waitMs * 1e6), labels };
  });

/** Of a trace each wait has both whole stacks. */
export const samplesOfTrace = (trace: TraceAnswer, side: Side): readonly ContentionSample[] =>
  trace.waits.map((wait) => {
    const stack = side === 'holder' ? wait.holderStack : wait.waiterStack;
    const [own, other] = side === 'holder' ? [wait.releasedAt, wait.waiter] : [wait.waiter, wait.releasedAt];
    const frames = stack.length === 0 ? [named(own)] : stack.map(named);
    const labels = {
      [side === 'holder' ? 'waiter' : 'holder']: place(other),
      lock: wait.lockKind,
      address: wait.lockAddress,
      trace: trace.traceId,
    };
    return { frames, contentions: 1, delayNanos: Math.round(wait.waitMs * 1e6), labels };
  });

export const totalsOf = (samples: readonly ContentionSample[]) => ({
  contentions: samples.reduce((sum, { contentions }) => sum + contentions, 0),
  delayNanos: samples.reduce((sum, { delayNanos }) => sum + delayNanos, 0),
});
