/**
 * The machine's two clocks. process.hrtime is CLOCK_MONOTONIC on Linux (libuv, src/unix/linux.c), the clock of
 * bpf_ktime_get_ns. Unix time in Node has milliseconds only; its nanoseconds are had by the moment a millisecond turns.
 */
import { type Clock, NANOS_PER_MILLI } from '@mapscope/events';

/** Wall clock set by hand or slewed by NTP: beyond this the offset is taken again. */
const MAX_DRIFT_NANOS = 2n * NANOS_PER_MILLI;

export function systemClock(): Clock {
  let offset = turnOffset();
  const unixNanos = (): bigint => {
    const drift = monotonicNanos() + offset - wallNanos();
    if (drift > MAX_DRIFT_NANOS || drift < -MAX_DRIFT_NANOS) offset = turnOffset();
    return monotonicNanos() + offset;
  };
  return { unixNanos, monotonicNanos };
}

const monotonicNanos = (): bigint => process.hrtime.bigint();
const wallNanos = (): bigint => BigInt(Date.now()) * NANOS_PER_MILLI;

/** Spins for at most a millisecond until Date.now() turns: then unix time is known to the microsecond. */
function turnOffset(): bigint {
  const before = Date.now();
  let now = before;
  while (now === before) now = Date.now();
  return BigInt(now) * NANOS_PER_MILLI - monotonicNanos();
}
