/**
 * What hits cost the target: Σ hits × (trap + program). The trap is what the kernel does around the program; it is
 * calibrated, because nothing counts it. The program's time is the kernel's own count where it was asked, else calibrated.
 * Used by the agent to make the governor's samples.
 */
export interface HitPrice {
  /** of the probed instruction, in a busy target: caches are cold there, a loop that does nothing else tells a third */
  readonly trapNanos: number;
  /** of the program, until the kernel has counted it */
  readonly programNanos: number;
}

export interface CountedRuns {
  readonly runs: number;
  readonly nanos: number;
}

/** Fewer say little: one interrupt in the middle of a program is a thousand times its time. */
const ENOUGH_RUNS = 1_000;
/** Programs were measured at 0.1 to 4 µs (decision 0022): what is outside was not theirs. */
const [LEAST_NANOS, MOST_NANOS] = [50, 8_000];

export function costNanos(hits: number, { trapNanos, programNanos }: HitPrice): number {
  return hits * (trapNanos + programNanos);
}

/** The price, with the program's part as counted; as it was where too little was counted. */
export function repriced(price: HitPrice, { runs, nanos }: CountedRuns): HitPrice {
  if (runs < ENOUGH_RUNS) return price;
  return { ...price, programNanos: Math.min(MOST_NANOS, Math.max(LEAST_NANOS, nanos / runs)) };
}
