/**
 * The flight recorder written out again and again while the service runs (family goroutine), so that time in channels and on
 * the processor can be told of every request, not only of what led to a crash. Dumps overlap by a second: a request that ends
 * about the moment of one is whole in the next; whoever sums up unites what two tell (libs/store, evidence/dumps.ts).
 */
import type { ProbeSession } from '@mapscope/probe';

const OVERLAP_MILLIS = 1000;

export interface RollNeeds {
  readonly session: Pick<ProbeSession, 'handOverGoroutines'>;
  readonly everyMillis: number;
  /** the overhead budget has taken the recorder away: there is nothing to write */
  readonly isOff: () => boolean;
  readonly pause: (millis: number, signal: AbortSignal) => Promise<void>;
  readonly onProblem: (error: Error) => void;
}

export interface Rolling {
  /** the last one, so that what came since the one before is kept */
  readonly stop: () => Promise<void>;
}

export function rollDumps({ session, everyMillis, isOff, pause, onProblem }: RollNeeds): Rolling {
  const ended = new AbortController();
  const dump = (): void => {
    if (isOff()) return;
    try {
      session.handOverGoroutines({ lastMillis: everyMillis + OVERLAP_MILLIS });
    } catch (error) {
      onProblem(error instanceof Error ? error : new Error(String(error)));
    }
  };
  const run = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      await pause(everyMillis, ended.signal);
      dump();
    }
  };
  const running = run();
  return {
    stop: async () => {
      ended.abort();
      await running;
    },
  };
}
