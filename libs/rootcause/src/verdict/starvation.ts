/**
 * Did goroutines have to wait for a CPU? Told by the scheduler's part of lock waits: a goroutine whose lock is free runs within
 * microseconds, unless every CPU that the program may use is busy. Waits of any goroutine count, of a trace or not its own.
 */
import type { Estimate } from '../answer.ts';
import type { WaitColumns } from '../evidence.ts';
import { gTest } from '../statistics/g-test.ts';
import { newcombe } from '../statistics/proportions.ts';

/** Longer than any hand-over between idle CPUs, and a tenth of the time slice of sysmon's preemption (10 ms, runtime/proc.go). */
const LONG_DELAY_NANOS = 1_000_000;
const MIN_WAITS = 30;
/** lower bound of the rise of the share of waits with a long delay */
const MIN_RISE = 0.1;
const MAX_P = 0.01;

export interface Starvation {
  readonly isStarved: boolean;
  /** share of waits that were followed by a long delay, window minus baseline */
  readonly rise: Estimate;
  readonly waits: number;
}

export function starvationOf(spike: WaitColumns, baseline: WaitColumns): Starvation {
  const [k1, k0] = [longDelays(spike), longDelays(baseline)];
  const rise = newcombe(k1, spike.count, k0, baseline.count);
  // Without waits in the baseline nothing says that delays are new.
  const isStarved =
    spike.count >= MIN_WAITS &&
    baseline.count >= MIN_WAITS &&
    rise.low >= MIN_RISE &&
    gTest(k1, spike.count, k0, baseline.count).pValue < MAX_P;
  return { isStarved, rise, waits: spike.count };
}

function longDelays(waits: WaitColumns): number {
  let long = 0;
  for (let w = 0; w < waits.count; w += 1) if ((waits.schedNanos[w] ?? 0) >= LONG_DELAY_NANOS) long += 1;
  return long;
}
