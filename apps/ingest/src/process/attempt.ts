/** A look at what is somebody else's, in /proc or on disk: undefined where it is gone in between, or not ours to see. */
export function attempt<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
