import type { StatusAnswer } from '@mapscope/contract';
import { formatUnixNanos } from '@mapscope/contract';
import type { Clock } from '@mapscope/events';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { CLOCK, LOG, STORE, type Log, type QueryStore } from '../ports.ts';
import { type HealthWatch, startHealthWatch } from './health-watch.ts';

/** Soon enough to be seen after a start, late enough not to be in its way. */
const FIRST_MILLIS = 15_000;
const EVERY_MILLIS = 300_000;

/** The watch of this process, for as long as it serves. */
@Injectable()
export class StoreHealthWatch implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private watch: HealthWatch | undefined;

  constructor(
    @Inject(STORE) private readonly store: QueryStore,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOG) private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.watch = startHealthWatch({
      ask: () => this.store.healthCheck(),
      nowUnixNanos: () => this.clock.unixNanos(),
      tell: (event, facts) => this.log({ event, ...facts }),
      firstMillis: FIRST_MILLIS,
      everyMillis: EVERY_MILLIS,
    });
  }

  beforeApplicationShutdown(): void {
    this.watch?.stop();
  }

  latest(): StatusAnswer['stored'] {
    const health = this.watch?.latest();
    if (health === undefined) return null;
    const { checkedUnixNanos, batches, expectedRows, missingRows, doubledRows, rollups } = health;
    const checkedAt = formatUnixNanos(checkedUnixNanos);
    return { checkedAt, batches, expectedRows, missingRows, doubledRows, rollups: rollups.map((row) => ({ ...row })) };
  }
}
