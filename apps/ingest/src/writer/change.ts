/** Somebody waits until something may have changed, and looks again. */
export interface Change {
  readonly next: () => Promise<void>;
  readonly notify: () => void;
}

export function makeChange(): Change {
  let waiting = Promise.withResolvers<void>();
  return {
    next: () => waiting.promise,
    notify: () => {
      waiting.resolve();
      waiting = Promise.withResolvers<void>();
    },
  };
}
