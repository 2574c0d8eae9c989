/**
 * For child processes of tests: a wall clock that is wrong, and wrong in another way every two seconds. All of this process read
 * it through Date.now (process/system-clock.ts, kafkajs); the monotonic clock is not touched, as with a step by hand or NTP.
 */
const STEP_MILLIS = 2_000;

export function stepClock(offsetsMillis: readonly number[]): void {
  const right = Date.now;
  const begin = performance.now();
  Date.now = () => {
    const turn = Math.floor((performance.now() - begin) / STEP_MILLIS);
    return right() + (offsetsMillis[turn % offsetsMillis.length] ?? 0);
  };
}
