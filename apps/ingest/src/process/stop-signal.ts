/** SIGTERM and SIGINT: the first asks to finish what is in work, the second ends at once. */
import type { Reporter } from './reporter.ts';

/** As shells do: 128 + the number of SIGINT. */
const FORCED_EXIT = 130;

export function stopOnSignals(reporter: Reporter): AbortSignal {
  const stop = new AbortController();
  const onSignal = (name: NodeJS.Signals): void => {
    if (stop.signal.aborted) {
      reporter.log('warn', `${name} again: ending at once, what was in work is not finished`);
      process.exit(FORCED_EXIT);
    }
    reporter.log('info', `${name}: finishing what is in work; a second signal ends at once`);
    stop.abort();
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  return stop.signal;
}

/** Resolves when the signal is given; at once if it was. */
export function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
