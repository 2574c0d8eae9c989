/**
 * Answers that cost much and change slowly, kept for a while. A question under way is asked once, however many wait
 * for it; failures are not kept. Beyond `capacity` the longest unused answer goes.
 */
import type { Clock } from '@mapscope/events';

interface Kept<T> {
  readonly answer: Promise<T>;
  readonly untilNanos: bigint;
}

export class RecentAnswers<T> {
  readonly #kept = new Map<string, Kept<T>>();
  readonly #clock: Clock;
  readonly #capacity: number;

  constructor(clock: Clock, capacity: number) {
    this.#clock = clock;
    this.#capacity = capacity;
  }

  get(key: string, keepNanos: bigint, ask: () => Promise<T>): Promise<T> {
    const now = this.#clock.monotonicNanos();
    const known = this.#kept.get(key);
    const fresh = known !== undefined && known.untilNanos > now;
    const entry = fresh ? known : { answer: ask(), untilNanos: now + keepNanos };
    if (!fresh) entry.answer.catch(() => this.#forget(key, entry));
    // Deleting first moves the key to the end: a Map remembers the order of insertion.
    this.#kept.delete(key);
    this.#kept.set(key, entry);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= this.#capacity) break;
      this.#kept.delete(oldest);
    }
    return entry.answer;
  }

  #forget(key: string, entry: Kept<T>): void {
    if (this.#kept.get(key) === entry) this.#kept.delete(key);
  }
}

/** What the promise gives if it gives it in time; it goes on either way. */
export async function inTime<T>(promise: Promise<T>, millis: number): Promise<T | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(resolve, millis, undefined);
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
