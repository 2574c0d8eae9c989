/**
 * A fixed set of things lent out one at a time, and a bounded line of people waiting for one.
 * At the bound the next one is refused instead of queued: memory stays bounded and the caller learns it at once.
 */
export interface Slots<T> {
  readonly use: <R>(work: (item: T) => Promise<R>) => Promise<R>;
  /** resolves when nothing is lent out and nobody waits */
  readonly drained: () => Promise<void>;
  readonly waiting: () => number;
}

export function createSlots<T>(items: readonly T[], queueLimit: number, refuse: () => Error): Slots<T> {
  const free = [...items];
  const line: ((item: T) => void)[] = [];
  let onIdle: (() => void)[] = [];

  const take = async (): Promise<T> => {
    const item = free.pop();
    if (item !== undefined) return item;
    if (line.length >= queueLimit) throw refuse();
    return new Promise((resolve) => line.push(resolve));
  };
  const giveBack = (item: T): void => {
    const next = line.shift();
    if (next !== undefined) return next(item);
    free.push(item);
    if (free.length < items.length) return;
    for (const resolve of onIdle) resolve();
    onIdle = [];
  };
  return {
    waiting: () => line.length,
    drained: () => (free.length === items.length ? Promise.resolve() : new Promise((resolve) => onIdle.push(resolve))),
    use: async (work) => {
      const item = await take();
      try {
        return await work(item);
      } finally {
        giveBack(item);
      }
    },
  };
}
