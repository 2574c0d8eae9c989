/** Tells when the target has ended. */
import { startTicks } from './process-table.ts';

/** A process that ended is noticed within this time; looking costs some 10 µs. */
const LOOK_MILLIS = 250;

export function whenTargetExits(pid: number, signal: AbortSignal): Promise<void> {
  const born = startTicks(pid);
  return new Promise((resolve) => {
    const stop = (): void => clearInterval(timer);
    const timer = setInterval(() => {
      if (startTicks(pid) === born && born !== undefined) return;
      stop();
      resolve();
    }, LOOK_MILLIS);
    signal.addEventListener('abort', stop, { once: true });
  });
}
