/**
 * Bounds how many store queries run at once. The embedded engine has the machine's cores only, so more at once is
 * slower for all. At the bound callers wait in line; at the end of the line they are sent away with 503.
 */
import { MapscopeError } from '@mapscope/events';

export interface GateLimits {
  readonly running: number;
  readonly waiting: number;
}

export const DEFAULT_GATE_LIMITS: GateLimits = { running: 4, waiting: 64 };

export class QueryGate {
  readonly #limits: GateLimits;
  readonly #line: (() => void)[] = [];
  #running = 0;

  constructor(limits: GateLimits = DEFAULT_GATE_LIMITS) {
    this.#limits = limits;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.#enter();
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  async #enter(): Promise<void> {
    if (this.#running < this.#limits.running) {
      this.#running++;
      return;
    }
    if (this.#line.length >= this.#limits.waiting) {
      const text = `${this.#running} queries run and ${this.#line.length} wait: ask again in a second`;
      throw new MapscopeError('CLICKHOUSE_UNREACHABLE', text, { facts: { waiting: this.#line.length } });
    }
    // The place is handed over by #leave, so #running does not change here.
    await new Promise<void>((resolve) => this.#line.push(resolve));
  }

  #leave(): void {
    const next = this.#line.shift();
    if (next === undefined) this.#running--;
    else next();
  }
}
