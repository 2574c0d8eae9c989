/**
 * The work's outcome, or undefined as soon as the signal is given: the work then goes on unheard. Leaves nothing on the
 * signal, unlike a race against one long-lived promise, which would keep every loser in memory.
 */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const stop = (): void => resolve(undefined);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    const forget = (): void => signal.removeEventListener('abort', stop);
    work.then(resolve, reject).then(forget, forget);
  });
}
