/** What goes on while nobody asks: incidents are looked for, and told to alert sinks. */
import { setTimeout as pauseFor } from 'node:timers/promises';
import type { Clock } from '@mapscope/events';
import type { Store } from '@mapscope/store';
import { readSinks } from '../alerts/options.ts';
import { deeperLookSink } from '../alerts/sinks/deeper-look.ts';
import { startOutbox } from '../alerts/outbox.ts';
import { startDetector } from '../incidents/detector.ts';
import { explainFrom } from '../queries/explainer.ts';
import type { Log, ProbeControl } from '../ports.ts';
import type { ApiConfig } from './options.ts';

export interface Background {
  readonly close: () => Promise<void>;
}

export interface BackgroundNeeds {
  readonly store: Store;
  readonly control: ProbeControl | null;
  readonly clock: Clock;
  readonly log: Log;
  readonly publicUrl: () => string;
}

const pause = (millis: number, signal: AbortSignal): Promise<void> =>
  pauseFor(millis, undefined, { signal }).catch(() => undefined);

/** Without brokers no agent would hear of it. */
function deeperLook({ deeperLook: families, deeperLookSeconds: seconds }: ApiConfig, needs: BackgroundNeeds) {
  const { control, store, clock } = needs;
  if (families.length === 0 || control === null) return [];
  const nowUnixMillis = (): number => Number(clock.unixNanos() / 1_000_000n);
  return [deeperLookSink({ families, seconds }, { policies: store.policies, control, nowUnixMillis })];
}

/** With --no-detect another process does both. */
export function startBackground(config: ApiConfig, needs: BackgroundNeeds): Background {
  const { store, clock, log, publicUrl } = needs;
  const sinks = readSinks(config, () => Number(clock.unixNanos() / 1_000_000_000n));
  if (!config.detect) return { close: () => Promise.resolve() };
  const { incidents, evidence, deliveries } = store;
  const detector = startDetector({ incidents, evidence, explain: explainFrom(evidence), clock, log, pause });
  const monotonicMillis = (): number => Number(clock.monotonicNanos() / 1_000_000n);
  const outbox = startOutbox([...sinks, ...deeperLook(config, needs)], {
    incidents,
    deliveries,
    publicUrl,
    monotonicMillis,
    log,
    pause,
  });
  return {
    close: async () => {
      await Promise.all([detector.close(), outbox.close()]);
    },
  };
}
