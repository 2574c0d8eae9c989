/** Notices a client that hangs: nothing fetched, nothing in work, for too long (tulios/kafkajs#659). */
export interface SilenceWatch {
  readonly noteLife: () => void;
  /** A handler in work is life, however long it takes. */
  readonly during: (work: Promise<void>) => Promise<void>;
  readonly start: (onSilence: () => void) => void;
  readonly stop: () => void;
}

/** Calls `onSilence` once when nothing was noted for `limitMillis`. */
export function watchSilence(limitMillis: number): SilenceWatch {
  let lastLife = performance.now();
  let inWork = 0;
  let timer: NodeJS.Timeout | undefined;
  const noteLife = (): void => {
    lastLife = performance.now();
  };
  const stop = (): void => clearInterval(timer);
  const look = (onSilence: () => void): void => {
    if (inWork > 0 || performance.now() - lastLife < limitMillis) return;
    stop();
    onSilence();
  };
  return {
    noteLife,
    during: (work) => {
      inWork += 1;
      return work.finally(() => {
        inWork -= 1;
        noteLife();
      });
    },
    start: (onSilence) => {
      noteLife();
      timer = setInterval(look, limitMillis / 6, onSilence);
    },
    stop,
  };
}
