/**
 * What the service itself says of a run with the fault against one without: by its own clock, from its own durations and waits.
 * The definitions are those of libs/rootcause, computed here from other figures. Pure.
 */
export interface Truth {
  readonly durationNanos: readonly number[];
  /** per cause, per request */
  readonly waitNanos: Readonly<Record<string, readonly number[]>>;
  /** requests that read a map while it was written; of mode racy */
  readonly overlaps?: number;
}

/** Nearest rank. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? 0;
}

/** Of the requests slower than p99 without the fault: time waited beyond the usual ÷ time taken beyond the usual. */
export function explainedShare(off: Truth, on: Truth, cause: string): number {
  const bar = quantile(off.durationNanos, 0.99);
  const usualDuration = quantile(off.durationNanos, 0.5);
  const usualWait = quantile(off.waitNanos[cause] ?? [], 0.5);
  let waited = 0;
  let extra = 0;
  on.durationNanos.forEach((duration, r) => {
    if (duration <= bar) return;
    waited += Math.max(0, (on.waitNanos[cause]?.[r] ?? 0) - usualWait);
    extra += duration - usualDuration;
  });
  return extra > 0 ? waited / extra : 0;
}

/** p99 of the run with the fault, had nobody waited for this cause. */
export const p99Without = (on: Truth, cause: string): number =>
  quantile(
    on.durationNanos.map((duration, r) => duration - (on.waitNanos[cause]?.[r] ?? 0)),
    0.99,
  );
