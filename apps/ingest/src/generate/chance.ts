/** Seeded chance and the distributions of load: the same seed gives the same rows. Pure. */

/** Uniform in [0, 1). */
export type Chance = () => number;

/** mulberry32: 32 bits of state, period 2³²; good enough to spread bits. */
export function seeded(seed: number): Chance {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A whole number in [0, limit). */
export const below = (chance: Chance, limit: number): number => Math.floor(chance() * limit);

/** Standard normal by Box–Muller; 1 − u keeps the logarithm finite. */
const normal = (chance: Chance): number => Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance());

/** Half of all below the median; sigma 1: two thirds within a factor of e. */
export const logNormal = (chance: Chance, median: number, sigma: number): number =>
  Math.round(median * Math.exp(sigma * normal(chance)));

/** Which of `count`: the k-th is k times rarer than the first (exponent 1), as calls spread over routes and lines. */
export function zipf(count: number, exponent = 1): (chance: Chance) => number {
  const upTo = new Float64Array(count);
  let sum = 0;
  for (let k = 0; k < count; k++) upTo[k] = sum += (k + 1) ** -exponent;
  return (chance) => {
    const drawn = chance() * sum;
    const found = upTo.findIndex((bound) => drawn < bound);
    return found === -1 ? count - 1 : found;
  };
}
