/**
 * What did requests that slow look like before?
 *
 * Slow requests are chosen for being slow, and this choice alone gathers whoever waits: a lock that 1 % of requests
 * waited on before and after fills the slow cohort when everything gets a little slower. And when a route that always
 * waits gets more traffic, it fills the slow cohort with waits that are nothing new. So a second share compares like
 * with like: the slowest f of the spike with the slowest f of a baseline weighted to the spike's mix of routes:
 *
 *   risen = (mean wait_slow − mean wait_tail, weighted) ÷ max(rise of mean duration, weighted; the same, not weighted)
 *
 * It is about 0 for both locks above, and equals `explained` where the waits are new. The greater denominator keeps a
 * rise that the mix of routes made (weighted rise near 0) from being shared out by noise.
 */
import { ratio } from '../statistics/bootstrap.ts';
import { gather } from '../statistics/gather.ts';
import { orderOf } from '../statistics/order.ts';
import type { Cohort } from './cohort.ts';
import { MIN_REQUESTS_OF_ROUTE } from './medians.ts';
import type { SlowSet } from './share.ts';

/** The slowest requests of the baseline, each with its weight. */
interface Tail {
  readonly at: Uint32Array;
  readonly weights: Float64Array;
  readonly meanDuration: number;
}

export interface Tails {
  readonly plain: Tail;
  readonly weighted: Tail;
}

/** As large a part of the baseline as the slow requests are of the spike. */
export function tailsOf(spike: Cohort, baseline: Cohort, slow: SlowSet): Tails {
  const fraction = slow.at.length / Math.max(1, spike.count);
  const slowestFirst = orderOf(baseline.duration).toReversed();
  const one = new Float64Array(baseline.count).fill(1);
  return {
    plain: tail(baseline, slowestFirst, one, fraction),
    weighted: tail(baseline, slowestFirst, mixWeights(spike, baseline), fraction),
  };
}

export function risenShare(
  tails: Tails,
  spike: { readonly cohort: Cohort; readonly wait: Float64Array; readonly slow: SlowSet },
  baselineWait: Float64Array,
): number {
  const slowDuration = meanAt(spike.cohort.duration, spike.slow.at);
  const durationRise = slowDuration - Math.min(tails.plain.meanDuration, tails.weighted.meanDuration);
  const waitRise = meanAt(spike.wait, spike.slow.at) - weightedMean(baselineWait, tails.weighted);
  return Math.min(1, Math.max(0, ratio(waitRise, durationRise)));
}

function tail(cohort: Cohort, slowestFirst: Uint32Array, weights: Float64Array, fraction: number): Tail {
  const wanted = fraction * weights.reduce((sum, weight) => sum + weight, 0);
  let length = 0;
  for (let held = 0; length < slowestFirst.length && held < wanted; length += 1)
    held += weights[slowestFirst[length] ?? 0] ?? 0;
  const at = slowestFirst.slice(0, length);
  const bare = { at, weights: gather(weights, at) };
  return { ...bare, meanDuration: weightedMean(cohort.duration, bare) };
}

/**
 * Per baseline request: share of its route in the spike ÷ share in the baseline. Routes that the baseline has too few requests of
 * are one class: left at weight 1, a rare route that always waits and gets more traffic would look like a new wait.
 */
function mixWeights(spike: Cohort, baseline: Cohort): Float64Array {
  const before = routeCounts(baseline);
  const during = routeCounts(spike);
  const duringOf = new Map(spike.routeNames.map((name, route) => [name, during[route] ?? 0]));
  const scale = baseline.count / Math.max(1, spike.count);
  const common = baseline.routeNames.map((_, route) => (before[route] ?? 0) >= MIN_REQUESTS_OF_ROUTE);
  const [rareBefore, rareDuring] = rareCounts(before, common, baseline, { during: duringOf, total: spike.count });
  const rareWeight = rareBefore > 0 ? (rareDuring / rareBefore) * scale : 1;
  const perRoute = baseline.routeNames.map((name, route) =>
    common[route] === true ? ((duringOf.get(name) ?? 0) / (before[route] ?? 1)) * scale : rareWeight,
  );
  const weights = new Float64Array(baseline.count);
  for (let r = 0; r < weights.length; r += 1) weights[r] = perRoute[baseline.route[r] ?? 0] ?? 1;
  return weights;
}

/** Requests of all routes that are not common, before and during; those that the baseline never saw are among them. */
function rareCounts(
  before: Uint32Array,
  common: readonly boolean[],
  { routeNames }: Cohort,
  spike: { readonly during: ReadonlyMap<string, number>; readonly total: number },
): readonly [number, number] {
  let rareBefore = 0;
  let commonDuring = 0;
  routeNames.forEach((name, route) => {
    if (common[route] === true) commonDuring += spike.during.get(name) ?? 0;
    else rareBefore += before[route] ?? 0;
  });
  return [rareBefore, spike.total - commonDuring];
}

function routeCounts(cohort: Cohort): Uint32Array {
  const counts = new Uint32Array(cohort.routeNames.length);
  for (const route of cohort.route) counts[route] = (counts[route] ?? 0) + 1;
  return counts;
}

function weightedMean(values: Float64Array, of: Pick<Tail, 'at' | 'weights'>): number {
  let sum = 0;
  let weight = 0;
  for (let i = 0; i < of.at.length; i += 1) {
    sum += (values[of.at[i] ?? 0] ?? 0) * (of.weights[i] ?? 0);
    weight += of.weights[i] ?? 0;
  }
  return ratio(sum, weight);
}

function meanAt(values: Float64Array, positions: Uint32Array): number {
  let sum = 0;
  for (const position of positions) sum += values[position] ?? 0;
  return ratio(sum, positions.length);
}
