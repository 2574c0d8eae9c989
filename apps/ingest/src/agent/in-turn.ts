/** Work that must not overlap, in the order asked for. Whoever is told to stop while waiting is left out. */
import { unlessAborted } from '../process/unless-aborted.ts';

export type InTurn = (work: () => Promise<void>, stop: AbortSignal) => Promise<void>;

export function makeTurns(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (work, stop) => {
    const before = last;
    const mine = unlessAborted(before, stop).then(() => (stop.aborted ? undefined : work()));
    last = Promise.allSettled([before, mine]);
    return mine;
  };
}
