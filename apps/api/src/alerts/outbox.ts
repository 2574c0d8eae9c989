/** Tells sinks of incidents, each at its own pace: one that does not answer holds no other up. */
import type { Log } from '../ports.ts';
import { Desk, type DeskNeeds } from './desk.ts';
import type { AlertSink } from './sinks/sink.ts';

const LOOK_MILLIS = 2000;
const PATIENCE = { firstMillis: 1000, longestMillis: 60_000 } as const;

export interface OutboxNeeds extends DeskNeeds {
  readonly log: Log;
  /** resolves at once when the signal aborts */
  readonly pause: (millis: number, signal: AbortSignal) => Promise<void>;
}

export interface Outbox {
  /** resolves when nothing is being sent any more */
  readonly close: () => Promise<void>;
}

export function startOutbox(sinks: readonly AlertSink[], needs: OutboxNeeds): Outbox {
  const stop = new AbortController();
  const running = sinks.map((sink) => serve(sink, needs, stop.signal));
  return {
    close: async () => {
      stop.abort();
      await Promise.all(running);
    },
  };
}

async function serve(sink: AlertSink, needs: OutboxNeeds, signal: AbortSignal): Promise<void> {
  const desk = new Desk(sink, needs);
  let failures = 0;
  while (!signal.aborted) {
    try {
      await desk.work();
      if (failures > 0) needs.log({ event: 'alerts-delivered-again', sink: sink.name });
      failures = 0;
    } catch (error) {
      failures += 1;
      if (failures === 1) needs.log({ event: 'alert-undelivered', sink: sink.name, message: String(error) });
    }
    const patience = Math.min(PATIENCE.longestMillis, PATIENCE.firstMillis * 2 ** Math.min(failures, 10));
    await needs.pause(failures === 0 ? LOOK_MILLIS : patience, signal);
  }
}
