/** Tries again while an error says that trying again helps: by its code, never by its text. */
import { MapscopeError } from '@mapscope/events';

export interface Patience {
  readonly totalMillis: number;
  readonly pauseMillis: number;
  readonly nowMillis: () => number;
  readonly pause: (millis: number) => Promise<void>;
  /** called once, before the first pause */
  readonly onWait: (error: MapscopeError, totalMillis: number) => void;
}

/** Gives up with the last error. A database that starts beside us needs a few seconds. */
export async function waitFor<T>(open: () => Promise<T>, patience: Patience): Promise<T> {
  const deadline = patience.nowMillis() + patience.totalMillis;
  for (let tries = 1; ; tries++) {
    try {
      return await open();
    } catch (error) {
      const passes = error instanceof MapscopeError && error.canRetry;
      if (!passes || patience.nowMillis() + patience.pauseMillis > deadline) throw error;
      if (tries === 1) patience.onWait(error, patience.totalMillis);
      await patience.pause(patience.pauseMillis);
    }
  }
}
