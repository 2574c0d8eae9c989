/** Takes the counts of map operations once a second and hands them on as raw map events. */
import type { Clock } from '@mapscope/events';
import type { RawBatch } from '../layouts.ts';
import type { MapCountReader } from './count-reader.ts';
import { gatherCounts, rawCounts } from './counts.ts';
import type { MapCount } from './counts.ts';

export interface MapCountTicker {
  /** For the end, once no program runs any more: hands on what is left. */
  readonly finish: () => Promise<void>;
}

export interface MapCountTickerNeeds {
  readonly reader: MapCountReader;
  readonly clock: Clock;
  readonly onBatch: (batch: RawBatch<'map_events'>) => void;
  readonly onProblem: (error: Error) => void;
}

const EVERY_MILLIS = 1000;

export function startMapCountTicker({ reader, clock, onBatch, onProblem }: MapCountTickerNeeds): MapCountTicker {
  let fromNanos = clock.monotonicNanos();
  let running: Promise<void> | undefined;
  const handOn = (counts: readonly MapCount[]): void => {
    const now = clock.monotonicNanos();
    const window = { fromNanos, nanos: now - fromNanos };
    fromNanos = now;
    if (counts.length > 0) onBatch(rawCounts(gatherCounts(counts), window));
  };
  const tick = async (): Promise<void> => {
    try {
      handOn(await reader.take());
    } catch (error) {
      onProblem(error instanceof Error ? error : new Error(String(error)));
    }
    running = undefined;
  };
  const timer = setInterval(() => {
    running ??= tick();
  }, EVERY_MILLIS);
  timer.unref();
  return {
    finish: async () => {
      clearInterval(timer);
      await running;
      handOn(reader.takeRest());
    },
  };
}
