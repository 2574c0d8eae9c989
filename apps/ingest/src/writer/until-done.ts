/** Trying again for ever, as long as the partition is ours: nothing behind it comes first, nothing is lost. */
export interface Patience {
  /** aborted: the partition is no longer ours, or the writer ends */
  readonly over: AbortSignal;
  readonly pause: (attempt: number, signal: AbortSignal) => Promise<void>;
  readonly onFailure: (error: Error) => void;
}

/** Rejects only when it is over, or with an error that `givesUp` names. */
export async function untilDone<T>(
  work: () => Promise<T>,
  { over, pause, onFailure }: Patience,
  givesUp: (error: unknown) => boolean = () => false,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    over.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      if (over.aborted || givesUp(error)) throw error;
      onFailure(error instanceof Error ? error : new Error(String(error)));
      await pause(attempt, over);
    }
  }
}
