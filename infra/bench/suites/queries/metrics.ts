/** Raw figures of libs/store/bench/queries.ts → metrics. Pure. */
import { type Case, metric, type Metric } from '../../measure.ts';
import { quantile } from '../../statistics.ts';
import type { Filled } from './world.ts';

/** A question that was refused, and why. */
export interface Failed {
  readonly failed: string;
}

type Asks = readonly number[] | Failed;

export interface QueryTimes {
  /** of each ask, by question */
  readonly millis: {
    readonly trace: Asks;
    readonly contention: Asks;
    readonly latencyDay: Asks;
    readonly latencyDaySdk: Asks;
  };
  readonly filled: Filled;
  readonly ingested: { readonly events: number; readonly seconds: number };
}

const TARGETS = { trace: 50, contention: 100, latencyDay: 150, latencyDaySdk: 150 } as const;
const NAMES = {
  trace: 'trace',
  contention: 'contention_1h',
  latencyDay: 'latency_24h',
  latencyDaySdk: 'latency_24h_sdk',
} as const;
// Object.keys gives string[]; the keys of NAMES are exactly these questions.
const QUESTIONS = Object.keys(NAMES) as (keyof typeof NAMES)[];

export function queryMetrics(events: number, { millis, filled, ingested }: QueryTimes): readonly Metric[] {
  const rate = { unit: 'events/s', better: 'higher' } as const;
  return [
    ...QUESTIONS.flatMap((question) => {
      const [asks, name] = [millis[question], `queries_${NAMES[question]}`];
      return 'failed' in asks ? [] : timeMetrics(name, asks, TARGETS[question]);
    }),
    metric({ name: 'queries_ingest_beside', ...rate, runs: [ingested.events / ingested.seconds] }),
    ...fillMetrics('queries', events, filled),
  ];
}

export const queryCases = ({ millis }: QueryTimes): readonly Case[] =>
  QUESTIONS.flatMap((question) => failedCase(`queries_${NAMES[question]}`, millis[question]));

export const failedCase = (name: string, found: object): readonly Case[] =>
  'failed' in found ? [{ name, ok: false, seconds: 0, reason: String(found.failed) }] : [];

/** The value is the quantile, the runs are the single asks: `metric` would take their median. */
export function timeMetrics(name: string, millis: readonly number[], target?: number): readonly Metric[] {
  const sorted = millis.toSorted((a, b) => a - b);
  const of = (q: number, promise?: number): Metric => {
    const value = quantile(sorted, q);
    const spec = { name: `${name}_p${q * 100}`, value, unit: 'ms', better: 'lower', runs: millis } as const;
    return promise === undefined ? { ...spec, ok: true } : { ...spec, target: promise, ok: value <= promise };
  };
  return [of(0.5), of(0.99, target)];
}

export function fillMetrics(
  suite: string,
  events: number,
  { sizeBytes, fillSeconds, rows }: Filled,
): readonly Metric[] {
  const size = { unit: 'bytes', better: 'lower' } as const;
  return [
    metric({ name: `${suite}_bytes_an_event`, ...size, runs: [sizeBytes / events] }),
    metric({ name: `${suite}_spans`, unit: 'rows', better: 'higher', runs: [rows['otel_traces'] ?? 0] }),
    metric({ name: `${suite}_fill`, unit: 'events/s', better: 'higher', runs: [events / fillSeconds] }),
  ];
}
