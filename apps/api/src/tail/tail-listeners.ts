import { MapscopeError } from '@mapscope/events';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';

/** Each listener asks the store twice a second. */
const MAX_LISTENERS = 16;

/** Who listens now: bounded, and sent home when the api stops, which would wait for them for ever. */
@Injectable()
export class TailListeners implements OnModuleDestroy {
  private readonly listening = new Set<AbortController>();

  /** The signal says when to end; call `leave` when it has ended. */
  enter(): { readonly signal: AbortSignal; readonly leave: () => void } {
    if (this.listening.size >= MAX_LISTENERS) {
      const text = `${MAX_LISTENERS} tails are open, as many as there may be: close one, or try again later`;
      throw new MapscopeError('CLICKHOUSE_UNREACHABLE', text, { facts: { listeners: MAX_LISTENERS } });
    }
    const controller = new AbortController();
    this.listening.add(controller);
    const leave = (): void => {
      controller.abort();
      this.listening.delete(controller);
    };
    return { signal: controller.signal, leave };
  }

  onModuleDestroy(): void {
    for (const controller of this.listening) controller.abort();
  }
}
