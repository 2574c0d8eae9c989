/**
 * Where no trace id binds a wait to a request, nothing says whose it was. What is left is that two things happened at the same time:
 * told, labelled as that, and nobody is blamed for it.
 *
 * A line is told when goroutines waited there at least twice as long, each second, as in the baseline, and the rise is at least a
 * tenth of the extra latency of slow requests: less could not explain it even if every wait was one of theirs.
 */
import type { TimeWindow } from '@mapscope/events';
import type { SlowSet } from '../accounting/share.ts';
import type { UnboundWaits } from '../evidence.ts';
import { sumOf } from '../statistics/bootstrap.ts';
import { watchedSeconds } from '../watched.ts';
import type { WatchedTime } from '../watched.ts';
import { milliseconds, percent, place } from '../words.ts';

export interface Unbound {
  readonly window: TimeWindow;
  readonly waits: readonly UnboundWaits[];
  /** rates are of the time that was watched */
  readonly watched?: readonly WatchedTime[] | undefined;
}

const MIN_RISE = 2;
const MIN_PART = 0.1;
const MAX_TOLD = 3;

export function windowCorrelation(spike: Unbound, baseline: Unbound, slow: SlowSet): readonly string[] {
  const before = perSecond(baseline);
  const extraPerSecond = sumOf(slow.extraNanos) / watchedSeconds(spike.window, spike.watched, 'http_requests');
  const risen = [...perSecond(spike)]
    .map(([line, now]) => ({ ...now, before: before.get(line)?.nanos ?? 0 }))
    .filter((one) => one.nanos >= MIN_RISE * one.before && one.nanos - one.before >= MIN_PART * extraPerSecond)
    .toSorted((a, b) => b.nanos - b.before - (a.nanos - a.before))
    .slice(0, MAX_TOLD);
  return risen.map((one) => {
    const part = Math.min(1, (one.nanos - one.before) / extraPerSecond);
    return `window correlation only (no trace id binds waits to requests, so none is known to be a request's): goroutines waited ${milliseconds(one.nanos)} a second at ${place(one.waiter)}, released by ${place(one.holder)}, against ${milliseconds(one.before)} in the baseline; that is at most ${percent(part)} of the extra latency`;
  });
}

interface Rate {
  readonly waiter: UnboundWaits['waiter'];
  /** of the holder that was waited for longest: the lines come longest first */
  readonly holder: UnboundWaits['holder'];
  readonly nanos: number;
}

/** Nanoseconds a second, line by line of those who wait. */
function perSecond({ window, waits, watched }: Unbound): ReadonlyMap<string, Rate> {
  const seconds = watchedSeconds(window, watched, 'lock_waits');
  const rates = new Map<string, Rate>();
  for (const { waiter, holder, waitNanos } of waits) {
    const line = `${waiter.function} ${waiter.file}:${waiter.line}`;
    const known = rates.get(line) ?? { waiter, holder, nanos: 0 };
    rates.set(line, { ...known, nanos: known.nanos + waitNanos / seconds });
  }
  return rates;
}
