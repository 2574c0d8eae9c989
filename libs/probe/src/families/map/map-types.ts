/** Map types by the address of their descriptor, each read once. Bound: types made at run time (reflect.MapOf) are many. */
import type { MapType } from '@mapscope/golang';

const MOST_KNOWN = 4096;

export function createMapTypes(
  read: (address: bigint) => MapType | undefined,
): (address: bigint) => MapType | undefined {
  const known = new Map<bigint, MapType | undefined>();
  return (address) => {
    if (address === 0n) return undefined;
    if (known.has(address)) return known.get(address);
    const found = read(address);
    if (known.size < MOST_KNOWN) known.set(address, found);
    return found;
  };
}
