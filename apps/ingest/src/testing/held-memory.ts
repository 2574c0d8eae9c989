/** Bytes that are held when the collector has been asked; for fuzzers, with --expose-gc. */

/** Buffers are swept beside the collector: it is asked several times, with a turn of the loop between. */
export async function heldMemory(turns: number): Promise<number> {
  for (let turn = 0; turn < turns; turn++) {
    globalThis.gc?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
