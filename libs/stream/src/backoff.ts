/** Waiting between tries: doubling, bounded, with jitter so that many clients do not come back at once. Pure but for the timer. */
export interface Backoff {
  readonly firstMillis: number;
  readonly maxMillis: number;
}

/** `chance` in [0, 1): the wait lies between half and all of firstMillis · 2^(attempt−1), e.g. 100 → 50…100, 100…200, 200…400. */
export function backoffMillis(backoff: Backoff, attempt: number, chance: number): number {
  const full = Math.min(backoff.maxMillis, backoff.firstMillis * 2 ** Math.min(attempt - 1, 30));
  return full / 2 + (full / 2) * chance;
}

/** Resolves after the time or when aborted, whichever is first; never rejects. */
export function pause(millis: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, millis);
    signal.addEventListener('abort', done, { once: true });
  });
}
