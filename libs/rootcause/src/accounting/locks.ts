/** Lock addresses as small numbers: compared a dozen times per wait, made once. */
export interface NumberedLocks {
  readonly addresses: readonly string[];
  readonly ofWait: Uint32Array;
}

/** Those of `before` keep their numbers. */
export function numberLocks(lockAddresses: readonly string[], count: number, before?: NumberedLocks): NumberedLocks {
  const known = new Map<string, number>(before?.addresses.map((address, id) => [address, id]));
  const ofWait = new Uint32Array(count);
  for (let w = 0; w < count; w += 1) {
    const address = lockAddresses[w] ?? '';
    const id = known.get(address) ?? known.size;
    if (id === known.size) known.set(address, id);
    ofWait[w] = id;
  }
  return { addresses: [...known.keys()], ofWait };
}

/** Unknown locks are not one lock. */
const NO_ADDRESS = /^(?:0x)?0*$/;
export const isKnownLock = (address: string): boolean => !NO_ADDRESS.test(address);
