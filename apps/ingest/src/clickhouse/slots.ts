/**
 * A fixed set of things lent out one at a time, and a bounded line of people waiting for one.
 * At the bound the next one is refused instead of queued: memory stays bounded and the caller learns it at once.
 */
export interface Slots<T> {
  /** who gives up while waiting leaves the line */
  readonly use: <R>(work: (item: T) => Promise<R>, signal?: AbortSignal) => Promise<R>;
  /** resolves when nothing is lent out and nobody waits */
  readonly drained: () => Promise<void>;
  readonly waiting: () => number;
}

export function createSlots<T>(items: readonly T[], queueLimit: number, refuse: () => Error): Slots<T> {
  const free = [...items];
  const line = new Set<(item: T) => void>();
  let onIdle: (() => void)[] = [];

  const take = async (signal: AbortSignal | undefined): Promise<T> => {
    signal?.throwIfAborted();
    const item = free.pop();
    if (item !== undefined) return item;
    if (line.size >= queueLimit) throw refuse();
    return waitInLine(line, signal);
  };
  const giveBack = (item: T): void => {
    const next = line.values().next();
    if (next.done !== true) {
      line.delete(next.value);
      return next.value(item);
    }
    free.push(item);
    if (free.length < items.length) return;
    for (const resolve of onIdle) resolve();
    onIdle = [];
  };
  return {
    waiting: () => line.size,
    drained: () => (free.length === items.length ? Promise.resolve() : new Promise((resolve) => onIdle.push(resolve))),
    use: async (work, signal) => {
      const item = await take(signal);
      try {
        return await work(item);
      } finally {
        giveBack(item);
      }
    },
  };
}

function waitInLine<T>(line: Set<(item: T) => void>, signal: AbortSignal | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      line.delete(enter);
      reject(signal?.reason instanceof Error ? signal.reason : new Error('gave up waiting'));
    };
    const enter = (item: T): void => {
      signal?.removeEventListener('abort', leave);
      resolve(item);
    };
    line.add(enter);
    signal?.addEventListener('abort', leave, { once: true });
  });
}
