/**
 * The latency series that are watched, out of the ten-second roll-up: one for each route and platform of a service, and one
 * for all of it. A quiet one gets wider steps, because p99 of twenty requests is their maximum. Pure.
 */
import { NANOS_PER_SECOND, type TimeWindow } from '@mapscope/events';
import { widerStep, type LatencyPoint } from '@mapscope/rootcause';
import { mergeHistograms, quantileOf, type ScopeInterval } from '@mapscope/store';

export const STEP_SECONDS = 10;

export interface Scope {
  readonly service: string;
  /** empty: all */
  readonly route: string;
  /** empty: all */
  readonly platform: string;
}

export interface Series extends Scope {
  readonly stepSeconds: number;
  readonly points: readonly LatencyPoint[];
}

export function seriesOf(intervals: readonly ScopeInterval[], window: TimeWindow): readonly Series[] {
  const services = Map.groupBy(intervals, ({ service }) => service);
  return [...services].flatMap(([service, rows]) => {
    const scopes = Map.groupBy(rows, ({ route, platform }) => `${route}\n${platform}`);
    const whole = scopes.size > 1 ? [series({ service, route: '', platform: '' }, rows, window)] : [];
    const parts = [...scopes.values()].flatMap((members) => {
      const [first] = members;
      return first === undefined ? [] : [series(first, members, window)];
    });
    return [...whole, ...parts];
  });
}

function series({ service, route, platform }: Scope, intervals: readonly ScopeInterval[], window: TimeWindow): Series {
  const points = pointsOf(intervals, STEP_SECONDS);
  const stepSeconds = wholeSteps(widerStep(points, window, STEP_SECONDS));
  return {
    service,
    route,
    platform,
    stepSeconds,
    points: stepSeconds === STEP_SECONDS ? points : pointsOf(intervals, stepSeconds),
  };
}

const wholeSteps = (seconds: number): number => Math.ceil(seconds / STEP_SECONDS) * STEP_SECONDS;

/** Buckets begin at multiples of the step since 1970, so that every look at the same rows sees the same points. */
function pointsOf(intervals: readonly ScopeInterval[], stepSeconds: number): readonly LatencyPoint[] {
  const step = BigInt(stepSeconds) * NANOS_PER_SECOND;
  const buckets = Map.groupBy(intervals, ({ startUnixNanos }) => startUnixNanos - (startUnixNanos % step));
  return [...buckets]
    .map(([startUnixNanos, members]) => {
      const histogram = mergeHistograms(members.map((one) => one.histogram));
      const requests = members.reduce((sum, one) => sum + one.requests, 0);
      return { startUnixNanos, requests, p50Nanos: quantileOf(histogram, 0.5), p99Nanos: quantileOf(histogram, 0.99) };
    })
    .sort((a, b) => Number(a.startUnixNanos - b.startUnixNanos));
}
