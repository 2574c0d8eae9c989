/**
 * Chance comes in from outside: the same seed gives the same intervals, so an answer can be asked for twice.
 * mulberry32 (public domain, Tommy Ettinger): one 32-bit word of state, period 2³², passes gjrand; we draw ≪ 2³².
 */

/** Uniform in [0, 1). */
export type Rng = () => number;

export function seededRng(seed: number): Rng {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Standard normal by Box–Muller; 1 − u keeps the logarithm finite. */
export function normal(rng: Rng): number {
  return Math.sqrt(-2 * Math.log(1 - rng())) * Math.cos(2 * Math.PI * rng());
}

/** Gamma(shape ≥ 1, scale 1): Marsaglia & Tsang, ACM TOMS 26 (2000) 363. Accepts over 95 % of its tries. */
export function gammaVariate(rng: Rng, shape: number): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(rng);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - rng()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}
