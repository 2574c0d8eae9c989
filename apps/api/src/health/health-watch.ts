/**
 * Does the store hold what its ledger says? The question reads an hour of tables, so it is asked now and then beside the requests,
 * and every page gets the last answer.
 *
 *   start ── first ──► ask ── every, or twenty times what asking took ──► ask ── … stop
 */
import type { StoreHealth } from '@mapscope/store';

export interface CheckedHealth extends StoreHealth {
  readonly checkedUnixNanos: bigint;
}

export interface WatchNeeds {
  readonly ask: () => Promise<StoreHealth>;
  readonly nowUnixNanos: () => bigint;
  /** also when rows are missing or doubled */
  readonly tell: (event: string, facts: Readonly<Record<string, string | number>>) => void;
  readonly firstMillis: number;
  readonly everyMillis: number;
}

export interface HealthWatch {
  /** undefined: not asked yet, or never answered */
  readonly latest: () => CheckedHealth | undefined;
  readonly stop: () => void;
}

/** Asking may take a twentieth of the engine's time at most. */
const REST_FACTOR = 20;

export function startHealthWatch(needs: WatchNeeds): HealthWatch {
  let latest: CheckedHealth | undefined;
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;

  async function ask(): Promise<void> {
    const began = performance.now();
    try {
      const health = await needs.ask();
      latest = { ...health, checkedUnixNanos: needs.nowUnixNanos() };
      tellDifferences(health, needs.tell);
    } catch (error) {
      needs.tell('store-health-unknown', { message: String(error) });
    }
    if (!isOver) wait(Math.max(needs.everyMillis, REST_FACTOR * (performance.now() - began)));
  }

  function wait(millis: number): void {
    timer = setTimeout(() => void ask(), millis);
    timer.unref();
  }

  wait(needs.firstMillis);
  return {
    latest: () => latest,
    stop: () => {
      isOver = true;
      clearTimeout(timer);
    },
  };
}

function tellDifferences({ missingRows, doubledRows, differences }: StoreHealth, tell: WatchNeeds['tell']): void {
  if (missingRows + doubledRows === 0) return;
  const [worst] = differences;
  const where = worst === undefined ? {} : { kind: worst.kind, topic: worst.topic, partition: worst.partition };
  tell('store-differs-from-ledger', { missingRows, doubledRows, ...where });
}
