/**
 * Two goroutines in one map end the process (runtime.fatal, Go ≥ 1.19): requests under way are cut off, and the next process
 * begins with cold caches. Blamed for a rise of p99 only where both hold:
 *
 *   crash    the runtime ended the process with such a message
 *   timing   slow requests begin within 30 s after it, far more than others do: at least 80 % of the slow ones, and Newcombe
 *            lower bound of the difference > 0.3
 *
 * The lines come from the probe's own sight of the conflict, where family map was on; without it they stay unnamed. Conflicts
 * that the runtime did not notice blame nobody for slowness: a long request merely has more time to be in one.
 */
import type { Cohort } from '../accounting/cohort.ts';
import type { SlowSet } from '../accounting/share.ts';
import type { Estimate } from '../answer.ts';
import type { Findings, MapConflict } from '../evidence.ts';
import { newcombe } from '../statistics/proportions.ts';

const AFTERMATH_NANOS = 30e9;
const MIN_SHARE = 0.8;
const MIN_DIFFERENCE = 0.3;

export interface MapCrashFound {
  readonly message: string;
  readonly crashes: number;
  /** share of slow requests in the aftermath minus that of the others */
  readonly timing: Estimate;
  readonly slowInside: number;
  readonly isGuilty: boolean;
  readonly conflict?: MapConflict | undefined;
}

export function mapCrashOf(cohort: Cohort, slow: SlowSet, { crashes, conflicts }: Findings): MapCrashFound | undefined {
  const [first] = crashes;
  if (first === undefined) return undefined;
  const at = crashes.map(({ unixNanos }) => Number(unixNanos - cohort.origin));
  let slowInside = 0;
  let otherInside = 0;
  for (let r = 0; r < cohort.count; r += 1) {
    const begin = cohort.start[r] ?? 0;
    const end = begin + (cohort.duration[r] ?? 0);
    const isInside = at.some((crash) => begin < crash + AFTERMATH_NANOS && end > crash);
    if (isInside && slow.is[r] === 1) slowInside += 1;
    else if (isInside) otherInside += 1;
  }
  const timing = newcombe(slowInside, slow.at.length, otherInside, cohort.count - slow.at.length);
  const share = slow.at.length === 0 ? 0 : slowInside / slow.at.length;
  return {
    message: first.message,
    crashes: crashes.length,
    timing,
    slowInside: share,
    isGuilty: share >= MIN_SHARE && timing.low >= MIN_DIFFERENCE,
    conflict: conflicts[0],
  };
}
