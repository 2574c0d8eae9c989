/**
 * Incidents in a latency series: p99 against the quiet points before it.
 *
 *     p99            ┌──┐┌─
 *            bar  ┄┄┄┤┄┄├┤┄┄┄┄
 *        ──┐┌──┐┌──┬─┘  └┘   ┌── two points in a row back under the bar close it
 *          └┘  └┘  │         │
 *     quiet points ┘ start   end
 *
 * Two points in a row above the bar (three where little is known), or five above all that is known, open an incident,
 * from the first of them. While it is open the level is frozen.
 * A fall to a clearly lower level (as long a run) starts a new quiet stretch, so that a series that begins inside a spike
 * finds its level once the spike ends. Points with few requests say nothing and are passed over: p99 of 20 is their maximum.
 */
import type { LatencyPoint } from '../evidence.ts';
import { levelOf } from './level.ts';
import type { Level } from './level.ts';

export interface Incident {
  readonly startUnixNanos: bigint;
  /** end of the last high point; of an open incident, the end of the series so far */
  readonly endUnixNanos: bigint;
  readonly peakP99Nanos: number;
  readonly baselineP99Nanos: number;
  /** where the quiet points it was measured against begin; they end at its start */
  readonly baselineFromUnixNanos: bigint;
  readonly requests: number;
  readonly state: 'open' | 'closed';
}

export interface DetectOptions {
  readonly stepSeconds: number;
  /** points with fewer requests are passed over */
  readonly minRequests?: number | undefined;
}

export const MIN_REQUESTS_PER_POINT = 30;
/** Quiet points needed before anything can be called high, and the most that are remembered. */
export const MIN_QUIET_POINTS = 5;
const MAX_QUIET_POINTS = 60;
const POINTS_IN_A_ROW = 2;
/**
 * The fewer quiet points are known, the longer the run must be: k points above all m known ones happen by chance, under
 * any distribution, once in C(m+k, k): 91 for 2 after 12, but only 21 for 2 after 5 (and 56 for 3).
 */
const FEW_QUIET_POINTS = 12;
const runNeeded = (quiet: number): number => (quiet < FEW_QUIET_POINTS ? POINTS_IN_A_ROW + 1 : POINTS_IN_A_ROW);

export function detectIncidents(series: readonly LatencyPoint[], options: DetectOptions): readonly Incident[] {
  const stepNanos = BigInt(Math.round(options.stepSeconds * 1e9));
  const bar = options.minRequests ?? MIN_REQUESTS_PER_POINT;
  let state: State = { quiet: [], quietSince: 0n, suspects: [], falls: [], high: [], calm: [] };
  const found: Incident[] = [];
  for (const point of series) {
    if (point.requests < bar) continue;
    state = state.high.length > 0 ? insideIncident(state, point) : outsideIncident(state, point);
    if (state.closed !== undefined) found.push(incidentOf(state.closed, 'closed', stepNanos));
  }
  if (state.high.length > 0) found.push(incidentOf(state, 'open', stepNanos));
  return found;
}

interface State {
  readonly quiet: readonly LatencyPoint[];
  /** quiet points before this belong to the time before an earlier incident: they know the level but are no baseline */
  readonly quietSince: bigint;
  /** high points not yet enough to open an incident; low points not yet enough for a fall */
  readonly suspects: readonly LatencyPoint[];
  readonly falls: readonly LatencyPoint[];
  /** points of the open incident; points since then back under the bar, not yet enough to close it */
  readonly high: readonly LatencyPoint[];
  readonly calm: readonly LatencyPoint[];
  /** present for one step: the incident that this point closed */
  readonly closed?: State;
}

const levelBefore = (state: State): Level => levelOf(state.quiet.map((point) => point.p99Nanos));

function outsideIncident(state: State, point: LatencyPoint): State {
  const { closed: _, ...open } = state;
  if (state.quiet.length < MIN_QUIET_POINTS) return { ...open, quiet: [...state.quiet, point] };
  const level = levelBefore(state);
  const needed = runNeeded(state.quiet.length);
  if (point.p99Nanos > suspicious(level)) {
    const suspects = [...state.suspects, point];
    if (isSpike(suspects, level, state.quiet.length)) return { ...open, suspects: [], falls: [], high: suspects };
    return { ...open, quiet: joined(state.quiet, state.falls), suspects, falls: [] };
  }
  if (point.p99Nanos < level.fallNanos) {
    const falls = [...state.falls, point];
    if (falls.length >= needed) return { ...open, quiet: falls, quietSince: 0n, suspects: [], falls: [] };
    return { ...open, quiet: joined(state.quiet, state.suspects), suspects: [], falls };
  }
  // An odd point or two among the quiet, high or low: they join them, in their place.
  const quiet = joined(state.quiet, [...state.suspects, ...state.falls, point]);
  return { ...open, quiet, suspects: [], falls: [] };
}

const suspicious = (level: Level): number => Math.min(level.barNanos, level.aboveAllNanos);

/**
 * Where noise is so wide that its bar is out of reach, a longer run above every known quiet point is enough: k points
 * above all of m happen by chance once in C(m+k, k), under any distribution; 6 188 for 5 after 12.
 */
const RUN_ABOVE_ALL = 5;

function isSpike(run: readonly LatencyPoint[], level: Level, quiet: number): boolean {
  const isRun = (points: number, barNanos: number): boolean =>
    run.length >= points && run.slice(-points).every((point) => point.p99Nanos > barNanos);
  const isAboveAll = quiet >= FEW_QUIET_POINTS && isRun(RUN_ABOVE_ALL, level.aboveAllNanos);
  return isAboveAll || isRun(runNeeded(quiet), level.barNanos);
}

const joined = (quiet: readonly LatencyPoint[], points: readonly LatencyPoint[]): readonly LatencyPoint[] =>
  [...quiet, ...points].slice(-MAX_QUIET_POINTS);

function insideIncident(state: State, point: LatencyPoint): State {
  if (point.p99Nanos > suspicious(levelBefore(state)))
    return { ...state, high: [...state.high, ...state.calm, point], calm: [] };
  const calm = [...state.calm, point];
  if (calm.length < POINTS_IN_A_ROW) return { ...state, calm };
  const quiet = joined(state.quiet, calm);
  const quietSince = calm[0]?.startUnixNanos ?? 0n;
  return { quiet, quietSince, suspects: [], falls: [], high: [], calm: [], closed: state };
}

function incidentOf(state: State, kind: Incident['state'], stepNanos: bigint): Incident {
  const points = kind === 'open' ? [...state.high, ...state.calm] : state.high;
  const start = points[0]?.startUnixNanos ?? 0n;
  return {
    startUnixNanos: start,
    endUnixNanos: (points.at(-1)?.startUnixNanos ?? start) + stepNanos,
    peakP99Nanos: points.reduce((peak, point) => Math.max(peak, point.p99Nanos), 0),
    baselineP99Nanos: levelBefore(state).usualNanos,
    baselineFromUnixNanos:
      state.quiet.find((point) => point.startUnixNanos >= state.quietSince)?.startUnixNanos ?? start,
    requests: points.reduce((sum, point) => sum + point.requests, 0),
    state: kind,
  };
}
