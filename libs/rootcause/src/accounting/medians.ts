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
  const zeros = new Uint32Array(baseline.routeNames.length);
  for (let r = 0; r < baseline.count; r += 1) {
    const route = baseline.route[r] ?? 0;
    sizes[route] = (sizes[route] ?? 0) + 1;
    if (values[r] === 0) zeros[route] = (zeros[route] ?? 0) + 1;
  }
  // Most causes are met by few requests: where half of a route's values are 0, so is their median.
  const known = new Map<string, number>();
  const wanted = Uint8Array.from(sizes, (size, route) => {
    if (size < MIN_REQUESTS_OF_ROUTE) return 0;
    if ((zeros[route] ?? 0) * 2 < size) return 1;
    known.set(baseline.routeNames[route] ?? '', 0);
    return 0;
  });
  const buckets = bucketed(baseline, values, sizes, wanted);
  buckets.forEach((bucket, route) => {
    if (bucket.length > 0) known.set(baseline.routeNames[route] ?? '', median(bucket));
  });
  return known;
}

/** Values per route, of the routes wanted. */
function bucketed(
  baseline: Cohort,
  values: Float64Array,
  sizes: Uint32Array,
  wanted: Uint8Array,
): readonly Float64Array[] {
  const buckets = Array.from(sizes, (size, route) => new Float64Array(wanted[route] === 1 ? size : 0));
  const filled = new Uint32Array(sizes.length);
  for (let r = 0; r < baseline.count; r += 1) {
    const route = baseline.route[r] ?? 0;
    const bucket = buckets[route];
    if (bucket === undefined || bucket.length === 0) continue;
    bucket[filled[route] ?? 0] = values[r] ?? 0;
    filled[route] = (filled[route] ?? 0) + 1;
  }
  return buckets;
}
