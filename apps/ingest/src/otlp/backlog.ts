/**
 * Is Kafka keeping up? Work that hangs for seconds means it is away: then new requests are sent back at once, before their
 * bytes are held, instead of piling up behind the old ones. Pure.
 */
export interface Backlog {
  readonly track: (work: Promise<unknown>) => void;
  readonly isBehind: () => boolean;
  /** Resolves when nothing is under way. */
  readonly idle: () => Promise<void>;
}

export function makeBacklog(behindMillis: number, nowMillis: () => number): Backlog {
  /** In order of starting: the first is the oldest. */
  const started = new Map<Promise<unknown>, number>();
  return {
    track: (work) => {
      started.set(work, nowMillis());
      const forget = (): void => void started.delete(work);
      work.then(forget, forget);
    },
    isBehind: () => {
      const [oldest] = started.values();
      return oldest !== undefined && nowMillis() - oldest > behindMillis;
    },
    idle: async () => {
      while (started.size > 0) await Promise.allSettled(started.keys());
    },
  };
}
