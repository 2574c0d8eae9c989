/**
 * How much the mix of an attribute (route, platform) moved between two cohorts.
 * KL(baseline ‖ cohort) over counts with Laplace smoothing α = 10⁻³ and one extra bucket for "attribute not seen"
 * (total − Σ counts). Values absent from the baseline stay in: "waited" often has no baseline at all.
 */
const ALPHA = 1e-3;

/** counts per value; what `total` has beyond their sum is the unseen bucket */
export interface Mix {
  readonly counts: ReadonlyMap<string, number>;
  readonly total: number;
}

export function klDivergence(baseline: Mix, cohort: Mix): number {
  const keys = new Set([...baseline.counts.keys(), ...cohort.counts.keys()]);
  const unseen = [unseenOf(baseline), unseenOf(cohort)] as const;
  const pairs = Array.from(keys, (key) => [baseline.counts.get(key) ?? 0, cohort.counts.get(key) ?? 0] as const);
  if (unseen[0] > 0 || unseen[1] > 0) pairs.push(unseen);
  const p0 = pairs.reduce((sum, [n]) => sum + n + ALPHA, 0);
  const q0 = pairs.reduce((sum, [, n]) => sum + n + ALPHA, 0);
  return pairs.reduce((sum, [p, q]) => {
    const share = (p + ALPHA) / p0;
    return sum + share * Math.log(share / ((q + ALPHA) / q0));
  }, 0);
}

/** Shannon entropy in nats, the unseen bucket included. */
export function entropy(mix: Mix): number {
  const total = Math.max(mix.total, sum(mix.counts.values()));
  const part = (n: number): number => (n > 0 ? -(n / total) * Math.log(n / total) : 0);
  return sum(Array.from(mix.counts.values(), part)) + part(unseenOf(mix));
}

const sum = (values: Iterable<number>): number => {
  let total = 0;
  for (const value of values) total += value;
  return total;
};

const unseenOf = (mix: Mix): number => Math.max(0, mix.total - sum(mix.counts.values()));
