/** Heartbeats on a timer, so that a handler may take longer than the session time-out (tulios/kafkajs#1720: else a rebalance loop). */
export interface Heart {
  readonly failed: boolean;
  /** resolves when a heartbeat has failed */
  readonly whenFailed: Promise<void>;
  stop(): void;
  rethrow(): void;
}

export function startHeart(payload: { heartbeat(): Promise<void> }, everyMillis: number): Heart {
  let failure: { readonly error: unknown } | undefined;
  const failed = Promise.withResolvers<void>();
  const beat = (): void => {
    if (failure !== undefined) return;
    payload.heartbeat().catch((error: unknown) => {
      failure = { error };
      failed.resolve();
    });
  };
  const timer = setInterval(beat, everyMillis);
  return {
    whenFailed: failed.promise,
    get failed() {
      return failure !== undefined;
    },
    stop: () => clearInterval(timer),
    rethrow: () => {
      // kafkajs tells what to do by the error's own class, so exactly this error goes up.
      if (failure !== undefined) throw failure.error as Error;
    },
  };
}
