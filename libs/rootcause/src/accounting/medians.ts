/**
 * What is usual? The median over the baseline, per route where the baseline has at least 30 requests of it, else over
 * all. Per route, because a window with more calls of a slow route is slower without anything being wrong: against the
 * median of all routes, the lock that route always takes would be blamed for a change of traffic.
 */
import { median } from '../statistics/quantile.ts';
import type { Cohort } from './cohort.ts';

export const MIN_REQUESTS_OF_ROUTE = 30;

export interface Usual {
  readonly overall: number;
  readonly byRoute: ReadonlyMap<string, number>;
}

/** `values` belong to the requests of `baseline`. */
export function usualOf(baseline: Cohort, values: Float64Array): Usual {
  return { overall: median(values), byRoute: routeMedians(baseline, values) };
}

/** One value per route number of `cohort`. */
export const usualPerRoute = (cohort: Cohort, usual: Usual): Float64Array =>
  Float64Array.from(cohort.routeNames, (name) => usual.byRoute.get(name) ?? usual.overall);

function routeMedians(baseline: Cohort, values: Float64Array): ReadonlyMap<string, number> {
  const sizes = new Uint32Array(baseline.routeNames.length);
  for (const route of baseline.route) sizes[route] = (sizes[route] ?? 0) + 1;
  const buckets = Array.from(sizes, (size) => new Float64Array(size >= MIN_REQUESTS_OF_ROUTE ? size : 0));
  const filled = new Uint32Array(sizes.length);
  for (let i = 0; i < baseline.count; i += 1) {
    const route = baseline.route[i] ?? 0;
    const at = filled[route] ?? 0;
    const bucket = buckets[route];
    if (bucket !== undefined && at < bucket.length) bucket[at] = values[i] ?? 0;
    filled[route] = at + 1;
  }
  const known = new Map<string, number>();
  buckets.forEach((bucket, route) => {
    if (bucket.length > 0) known.set(baseline.routeNames[route] ?? '', median(bucket));
  });
  return known;
}
