/** Raw figures of libs/probe/bench/service/pairs.ts and apps/ingest/bench/overhead/hello.ts → metrics with 95 % intervals over pairs. Pure. */
import { MapscopeError } from '@mapscope/events';
import { metric, metricWithInterval, type Metric } from '../../measure.ts';
import { readWrk, type WrkFigures } from './read-wrk.ts';

/** One window: the service's CPU time a request, what wrk said, and the CPU time of whoever reads the ring. */
interface Window {
  readonly cpuMicros: number;
  readonly wrk: string;
  readonly agentMicros?: number;
  /** where the service counted for itself: what wrk says is of a longer time */
  readonly seconds?: number;
  readonly requests?: number;
}

export interface Pairs {
  readonly pairs: readonly { readonly off: Window; readonly on: Window }[];
}

/** @param target of CPU a request; what the load generator sees is published */
export function pairMetrics(name: string, { pairs }: Pairs, target?: number): readonly Metric[] {
  const read = pairs.map(({ off, on }) => ({ off, on, wrkOff: readSound(off), wrkOn: readSound(on) }));
  const ratio = (what: string, runs: readonly number[], held?: number): Metric =>
    metricWithInterval({
      name: `probe_service_${name}_${what}`,
      unit: 'ratio',
      better: 'lower',
      ...(held === undefined ? {} : { target: held }),
      runs,
    });
  const micros = (what: string, runs: readonly number[]): Metric =>
    metric({ name: `probe_service_${name}_${what}`, unit: 'µs', better: 'lower', runs });
  return [
    ratio(
      'cpu_ratio',
      read.map(({ off, on }) => on.cpuMicros / off.cpuMicros),
      target,
    ),
    ratio(
      'slowdown',
      read.map(({ off, on, wrkOff, wrkOn }) => rateOf(off, wrkOff) / rateOf(on, wrkOn)),
    ),
    ratio(
      'p99_ratio',
      read.map(({ wrkOff, wrkOn }) => wrkOn.p99Millis / wrkOff.p99Millis),
    ),
    micros(
      'cpu_us_unprobed',
      read.map(({ off }) => off.cpuMicros),
    ),
    micros(
      'cpu_us_added',
      read.map(({ off, on }) => on.cpuMicros - off.cpuMicros),
    ),
    micros(
      'agent_us',
      read.map(({ on }) => on.agentMicros ?? Number.NaN),
    ),
  ];
}

function rateOf({ requests, seconds }: Window, { requestsPerSecond }: WrkFigures): number {
  return requests === undefined || seconds === undefined ? requestsPerSecond : requests / seconds;
}

/** An agent with an overhead budget, over whole periods of its duty cycle. */
export interface GovernedPairs {
  readonly pairs: readonly {
    readonly off: Window;
    readonly on: Window & { readonly watchedShare: number; readonly periodSeconds: number };
  }[];
}

export function governedMetrics(name: string, answer: GovernedPairs, target: number): readonly Metric[] {
  const runsOf = (field: 'watchedShare' | 'periodSeconds') => answer.pairs.map(({ on }) => on[field]);
  const spec = (what: string, unit: string) => ({ name: `probe_service_${name}_${what}`, unit }) as const;
  return [
    ...pairMetrics(name, answer, target),
    metric({ ...spec('watched_share', 'ratio'), better: 'higher', runs: runsOf('watchedShare') }),
    metric({ ...spec('period_s', 's'), better: 'lower', runs: runsOf('periodSeconds') }),
  ];
}

/** A service that fails under load is not compared. */
function readSound({ wrk }: Window): WrkFigures {
  const figures = readWrk(wrk);
  if (figures.failures === 0) return figures;
  throw new MapscopeError('INTERNAL', `${figures.failures} requests failed while they were measured:\n${wrk}`);
}
