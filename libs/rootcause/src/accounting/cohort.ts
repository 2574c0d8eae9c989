/**
 * The requests of one window as numbers: times in nanoseconds since `origin` (a day is 8.64e13, exact in a double),
 * routes as small integers, and a way from a trace id to its requests.
 */
import type { RequestColumns } from '../evidence.ts';
import { sinceOrigin } from './instants.ts';
import { traceIndex } from './trace-index.ts';
import type { TraceIndex } from './trace-index.ts';

export interface Cohort {
  readonly count: number;
  readonly origin: bigint;
  readonly start: Float64Array;
  readonly duration: Float64Array;
  readonly traceIds: readonly string[];
  readonly routeNames: readonly string[];
  readonly route: Uint32Array;
  readonly platforms: readonly string[];
  readonly traces: TraceIndex;
  /** durations in order, for quantiles */
  readonly sortedDuration: Float64Array;
}

export function cohortOf(requests: RequestColumns): Cohort {
  const count = requests.count;
  const origin = requests.startUnixNanos[0] ?? 0n;
  const duration = requests.durationNanos.slice(0, count);
  for (let r = 0; r < count; r += 1) duration[r] = sane(duration[r] ?? 0);
  const routes = numbered(requests.routes, count);
  return {
    count,
    origin,
    start: sinceOrigin(requests.startUnixNanos, origin, count),
    duration,
    traceIds: requests.traceIds,
    routeNames: routes.names,
    route: routes.ids,
    platforms: requests.platforms,
    traces: traceIndex(requests.traceIds, count),
    sortedDuration: duration.slice().sort(),
  };
}

/** A duration is measured by one clock and stored unsigned; what is not a number or negative can only be damage, and lasts 0. */
const sane = (nanos: number): number => (nanos > 0 && Number.isFinite(nanos) ? nanos : 0);

function numbered(
  values: readonly string[],
  count: number,
): { readonly names: readonly string[]; readonly ids: Uint32Array } {
  const known = new Map<string, number>();
  const ids = new Uint32Array(count);
  for (let i = 0; i < count; i += 1) {
    const value = values[i] ?? '';
    const id = known.get(value) ?? known.size;
    if (id === known.size) known.set(value, id);
    ids[i] = id;
  }
  return { names: [...known.keys()], ids };
}
