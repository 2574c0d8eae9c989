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

/** A thread that was not interrupted reads both clocks within this; one that was looks again, so many times. */
const MAX_READ_NANOS = 20_000n;
const MAX_TURNS = 20;

/** Spins until Date.now() turns, a millisecond at most where nobody interrupts: then unix time is known to the microsecond. */
function turnOffset(): bigint {
  let best = atTurn();
  for (let turn = 1; turn < MAX_TURNS && best.readNanos > MAX_READ_NANOS; turn++) {
    const next = atTurn();
    if (next.readNanos < best.readNanos) best = next;
  }
  return best.offset;
}

/** `readNanos` is the time in which the millisecond turned: how wrong the offset may be. */
function atTurn(): { readonly offset: bigint; readonly readNanos: bigint } {
  const before = Date.now();
  let [now, last, monotonic] = [before, 0n, monotonicNanos()];
  while (now === before) {
    last = monotonic;
    now = Date.now();
    monotonic = monotonicNanos();
  }
  return { offset: BigInt(now) * NANOS_PER_MILLI - monotonic, readNanos: monotonic - last };
}
