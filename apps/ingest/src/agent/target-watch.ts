/** Tells when what is probed has ended: the process, or the program in it. */
import { type ProcessImage, processImage } from './process-table.ts';

/** An end is noticed within this time; looking costs some 20 µs. */
const LOOK_MILLIS = 250;

export type TargetEnd = 'target-exited' | 'target-replaced';

/** @param born as told when the program was looked at: what happened since then counts, too */
export function whenTargetEnds(pid: number, born: ProcessImage, signal: AbortSignal): Promise<TargetEnd> {
  return new Promise((resolve) => {
    const stop = (): void => clearInterval(timer);
    const look = (): void => {
      const now = processImage(pid);
      if (now?.image === born.image) return;
      stop();
      resolve(now?.startTicks === born.startTicks ? 'target-replaced' : 'target-exited');
    };
    const timer = setInterval(look, LOOK_MILLIS);
    signal.addEventListener('abort', stop, { once: true });
    look();
  });
}
