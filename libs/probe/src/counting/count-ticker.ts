/** Takes what families count in the kernel once a second and hands it on as raw records. */
import type { Clock } from '@mapscope/events';
import type { AnyRawBatch, RawBatch, RingKind } from '../families/layouts.ts';

/** From when on something was counted, monotonic, and for how long. */
export interface CountWindow {
  readonly fromNanos: bigint;
  readonly nanos: bigint;
}

export interface CountSource<K extends RingKind = RingKind> {
  /** What was counted since the last time, as records of a window. One at a time. */
  readonly take: () => Promise<(window: CountWindow) => RawBatch<K>>;
  /** The same for the end, once no program runs any more. */
  readonly takeRest: () => (window: CountWindow) => RawBatch<K>;
}

export interface CountTickerNeeds {
  readonly source: CountSource;
  readonly clock: Clock;
  readonly onBatch: (batch: AnyRawBatch) => void;
  readonly onProblem: (error: Error) => void;
}

export interface CountTicker {
  /** Hands on what was counted until now: a window of time ends here and another begins. */
  readonly cut: () => Promise<void>;
  /** For the end, once no program runs any more: hands on what is left. */
  readonly finish: () => Promise<void>;
}

const EVERY_MILLIS = 1000;

export function startCountTicker({ source, clock, onBatch, onProblem }: CountTickerNeeds): CountTicker {
  let fromNanos = clock.monotonicNanos();
  let running: Promise<void> | undefined;
  const handOn = (recordsOf: (window: CountWindow) => RawBatch): void => {
    const now = clock.monotonicNanos();
    const window = { fromNanos, nanos: now - fromNanos };
    fromNanos = now;
    const batch = recordsOf(window);
    // A RawBatch of any kind is one of them; TypeScript does not see through the mapped type.
    if (batch.rows > 0) onBatch(batch as AnyRawBatch);
  };
  const tick = async (): Promise<void> => {
    try {
      handOn(await source.take());
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
    cut: async () => {
      await running;
      await (running ??= tick());
    },
    finish: async () => {
      clearInterval(timer);
      await running;
      handOn(source.takeRest());
    },
  };
}
