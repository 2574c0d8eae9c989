/**
 * From what agents said around a window to which part of it was watched. Pure.
 *
 *   shed_ns    0        0   1.8 s      6.4 s            between two reports (2 s apart) it is taken to grow evenly
 *   reports  ──┴────────┴─────┴──────────┴─
 *   window         ├──────────────────┤                 shed in it: its value at the end − that at the begin
 */
import type { TimeWindow } from '@mapscope/events';
import type { WatchedTime } from '@mapscope/rootcause';

/** A report: how long the family was off since the agent's start. */
export interface Report {
  readonly unixNanos: bigint;
  readonly shedNanos: number;
}

/** What one agent said of one family; those reports alone that lie next to an edge of the window. */
export interface FamilyReports {
  readonly kind: string;
  /** oldest first, at least one */
  readonly reports: readonly Report[];
  /** the last of them was its last word: nobody watched on */
  readonly isOver: boolean;
}

/** An agent reports every two seconds, from its start on: so long before the first and after the last it was there too. */
export const GRACE_NANOS = 5_000_000_000n;

interface Watch {
  readonly window: TimeWindow;
  readonly shedNanos: number;
}

export function watchedTimes(families: readonly FamilyReports[], window: TimeWindow): readonly WatchedTime[] {
  const kinds = Map.groupBy(families, ({ kind }) => kind);
  return [...kinds]
    .map(([kind, members]) =>
      toWatched(
        kind,
        members.flatMap((one) => watchOf(one, window)),
        window,
      ),
    )
    .sort((a, b) => (a.kind < b.kind ? -1 : 1));
}

function watchOf({ reports, isOver }: FamilyReports, window: TimeWindow): readonly Watch[] {
  const [first, last] = [reports[0], reports.at(-1)];
  if (first === undefined || last === undefined) return [];
  const from = larger(window.fromUnixNanos, first.unixNanos - GRACE_NANOS);
  const to = smaller(window.toUnixNanos, isOver ? last.unixNanos : last.unixNanos + GRACE_NANOS);
  if (from >= to) return [];
  const shedNanos = Math.max(0, shedUntil(reports, to) - shedUntil(reports, from));
  return [{ window: { fromUnixNanos: from, toUnixNanos: to }, shedNanos: Math.min(shedNanos, Number(to - from)) }];
}

function toWatched(kind: string, watches: readonly Watch[], window: TimeWindow): WatchedTime {
  const whole = Number(window.toUnixNanos - window.fromUnixNanos);
  const lived = watches.reduce((sum, one) => sum + lengthOf(one.window), 0);
  const shed = watches.reduce((sum, one) => sum + one.shedNanos, 0);
  const there = united(watches.map((one) => one.window)) / whole;
  const shedShare = lived > 0 ? there * (shed / lived) : 0;
  return { kind, share: Math.max(0, there - shedShare), shedShare };
}

/** Outside of the reports it is what the nearest said. */
function shedUntil(reports: readonly Report[], at: bigint): number {
  const after = reports.findIndex(({ unixNanos }) => unixNanos >= at);
  const next = reports[after];
  if (next === undefined) return reports.at(-1)?.shedNanos ?? 0;
  const before = reports[after - 1];
  if (before === undefined) return next.shedNanos;
  const part = Number(at - before.unixNanos) / Number(next.unixNanos - before.unixNanos);
  return before.shedNanos + part * (next.shedNanos - before.shedNanos);
}

function united(windows: readonly TimeWindow[]): number {
  let [sum, end] = [0, 0n];
  for (const one of windows.toSorted((a, b) => Number(a.fromUnixNanos - b.fromUnixNanos))) {
    const from = larger(one.fromUnixNanos, end);
    if (one.toUnixNanos > from) sum += Number(one.toUnixNanos - from);
    end = larger(end, one.toUnixNanos);
  }
  return sum;
}

const lengthOf = (window: TimeWindow): number => Number(window.toUnixNanos - window.fromUnixNanos);
const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b);
