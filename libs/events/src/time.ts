/**
 * Time comes in from outside. Two clocks, never mixed: unix time names a moment for people and storage,
 * monotonic time (CLOCK_MONOTONIC, the clock of bpf_ktime_get_ns) measures and orders.
 */
export interface Clock {
  /** Nanoseconds since 1970-01-01 UTC. May jump. */
  readonly unixNanos: () => bigint;
  /** CLOCK_MONOTONIC in nanoseconds. Never goes back. */
  readonly monotonicNanos: () => bigint;
}

/** A half-open interval of unix nanoseconds: from ≤ t < to. */
export interface TimeWindow {
  readonly fromUnixNanos: bigint;
  readonly toUnixNanos: bigint;
}

export const NANOS_PER_MILLI = 1_000_000n;
export const NANOS_PER_SECOND = 1_000_000_000n;
