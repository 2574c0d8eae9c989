/** What goes on while nobody asks: incidents are looked for, and told to alert sinks. */
import { setTimeout as pauseFor } from 'node:timers/promises';
import type { Clock } from '@mapscope/events';
import type { Store } from '@mapscope/store';
import { readSinks } from '../alerts/options.ts';
import { startOutbox } from '../alerts/outbox.ts';
import { startDetector } from '../incidents/detector.ts';
import { explainFrom } from '../queries/explainer.ts';
import type { Log } from '../ports.ts';
import type { ApiConfig } from './options.ts';

export interface Background {
  readonly close: () => Promise<void>;
}

export interface BackgroundNeeds {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly publicUrl: () => string;
}

const pause = (millis: number, signal: AbortSignal): Promise<void> =>
  pauseFor(millis, undefined, { signal }).catch(() => undefined);

/** With --no-detect another process does both. */
export function startBackground(config: ApiConfig, needs: BackgroundNeeds): Background {
  const { store, clock, log, publicUrl } = needs;
  const sinks = readSinks(config, () => Number(clock.unixNanos() / 1_000_000_000n));
  if (!config.detect) return { close: () => Promise.resolve() };
  const { incidents, evidence, deliveries } = store;
  const detector = startDetector({ incidents, evidence, explain: explainFrom(evidence), clock, log, pause });
  const monotonicMillis = (): number => Number(clock.monotonicNanos() / 1_000_000n);
  const outbox = startOutbox(sinks, { incidents, deliveries, publicUrl, monotonicMillis, log, pause });
  return {
    close: async () => {
      await Promise.all([detector.close(), outbox.close()]);
    },
  };
}
