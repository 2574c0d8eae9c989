/**
 * Which two windows to compare when nobody named them: the last spike, and the quiet stretch before it.
 */
import type { TimeWindow } from '@mapscope/events';
import type { LatencyPoint } from '../evidence.ts';
import { detectIncidents, MIN_REQUESTS_PER_POINT } from './detect.ts';
import type { Incident } from './detect.ts';

export interface ChosenWindows {
  readonly window: TimeWindow;
  readonly baseline: TimeWindow;
  readonly windowSource: 'spike' | 'halves';
  /** present with `spike` */
  readonly incident?: Incident | undefined;
}

/** `range` is where the series was asked for; an open spike lasts to its end ("now"). */
export function chooseWindows(series: readonly LatencyPoint[], range: TimeWindow, stepSeconds: number): ChosenWindows {
  const incident = detectIncidents(series, { stepSeconds }).at(-1);
  if (incident === undefined) return halves(series, range);
  const from = later(incident.startUnixNanos, range.fromUnixNanos);
  const to = incident.state === 'open' ? range.toUnixNanos : earlier(incident.endUnixNanos, range.toUnixNanos);
  return {
    window: { fromUnixNanos: from, toUnixNanos: later(to, from + 1n) },
    baseline: { fromUnixNanos: later(incident.baselineFromUnixNanos, range.fromUnixNanos), toUnixNanos: from },
    windowSource: 'spike',
    incident,
  };
}

const later = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const earlier = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/** The halves of what holds requests, so that a service that began five minutes ago is not compared with nothing. */
function halves(series: readonly LatencyPoint[], range: TimeWindow): ChosenWindows {
  const first = series.find((point) => point.requests > 0)?.startUnixNanos ?? range.fromUnixNanos;
  const from = first > range.fromUnixNanos && first < range.toUnixNanos ? first : range.fromUnixNanos;
  const middle = from + (range.toUnixNanos - from) / 2n;
  return {
    window: { fromUnixNanos: middle, toUnixNanos: range.toUnixNanos },
    baseline: { fromUnixNanos: from, toUnixNanos: middle },
    windowSource: 'halves',
  };
}

/** Fine enough that a spike of half a minute is several points in an hour. */
const STEPS_OF_RANGE = 720;
const MIN_STEP_SECONDS = 2;
const MAX_STEP_SECONDS = 300;
/** At fewer requests a point than this, p99 is little more than the maximum. */
const WANTED_REQUESTS_PER_POINT = 100;

/** 24 minutes and less → 2 s, 1 hour → 5 s, a day → 120 s. */
export function firstStep(range: TimeWindow): number {
  const seconds = Number(range.toUnixNanos - range.fromUnixNanos) / 1e9;
  return Math.min(MAX_STEP_SECONDS, Math.max(MIN_STEP_SECONDS, Math.ceil(seconds / STEPS_OF_RANGE)));
}

/** A wider step where the service is too quiet for the first one; never so wide that fewer than 12 points remain. */
export function widerStep(series: readonly LatencyPoint[], range: TimeWindow, stepSeconds: number): number {
  const busy = series.filter((point) => point.requests > 0);
  const requests = busy.reduce((sum, point) => sum + point.requests, 0) / Math.max(1, busy.length);
  if (requests === 0 || requests >= MIN_REQUESTS_PER_POINT) return stepSeconds;
  const seconds = Number(range.toUnixNanos - range.fromUnixNanos) / 1e9;
  const wanted = Math.ceil((stepSeconds * WANTED_REQUESTS_PER_POINT) / requests);
  return Math.max(stepSeconds, Math.min(wanted, Math.floor(seconds / 12)));
}
