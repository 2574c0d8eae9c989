/**
 * Lets a bounded number of bytes through at a time; who comes later waits in order. Back-pressure in one place. Pure.
 * Something larger than the whole gate passes alone, so that nothing waits for ever.
 */
export interface ByteGate {
  /** Resolves once there is room; call the result when done. */
  enter(sizeBytes: number): Promise<() => void>;
  readonly inFlightBytes: number;
}

export function byteGate(limitBytes: number): ByteGate {
  let inFlightBytes = 0;
  const waiting: { readonly sizeBytes: number; readonly enter: () => void }[] = [];
  const fits = (sizeBytes: number): boolean => inFlightBytes === 0 || inFlightBytes + sizeBytes <= limitBytes;

  const admit = (sizeBytes: number): (() => void) => {
    inFlightBytes += sizeBytes;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      inFlightBytes -= sizeBytes;
      for (let next = waiting[0]; next !== undefined && fits(next.sizeBytes); next = waiting[0]) {
        waiting.shift();
        next.enter();
      }
    };
  };

  return {
    enter: (sizeBytes) =>
      waiting.length === 0 && fits(sizeBytes)
        ? Promise.resolve(admit(sizeBytes))
        : new Promise((resolve) => waiting.push({ sizeBytes, enter: () => resolve(admit(sizeBytes)) })),
    get inFlightBytes() {
      return inFlightBytes;
    },
  };
}
