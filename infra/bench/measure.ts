/** Measuring: several runs after a warm-up, the median to quote, the single values kept. Pure but for the clock passed in. */

import { median, medianInterval, type Interval } from './statistics.ts';

/** One published figure; names are stable (design §9). */
export interface Metric {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly better: 'lower' | 'higher';
  /** absent where nothing was promised yet */
  readonly target?: number;
  readonly ok: boolean;
  readonly runs: readonly number[];
  /** 95 % of the value, where it was asked for: then its worse end is what the target is held against */
  readonly interval?: Interval;
}

/** A part of a suite, and why it could not be measured. */
export interface Case {
  readonly name: string;
  readonly ok: boolean;
  readonly seconds: number;
  readonly reason?: string;
}

export interface Measured {
  readonly metrics: readonly Metric[];
  readonly cases?: readonly Case[];
  /** versions of what was measured with, such as {"go": "go1.24.4"} */
  readonly versions?: Readonly<Record<string, string>>;
}

export interface Suite {
  readonly name: string;
  /** what the figures answer, and what makes the comparison fair */
  readonly question: string;
  readonly run: (wishes: Wishes) => Promise<Measured>;
}

/** Given on the command line; a suite that has no such thing does not look. */
export interface Wishes {
  /** how long each measurement of a stream lasts */
  readonly seconds?: number | undefined;
  /** how many events the store holds when it is asked */
  readonly events?: number | undefined;
}

/** Seconds of each counted run. */
export async function timeRuns(work: () => unknown, runs = 7, warmUps = 2): Promise<readonly number[]> {
  const seconds: number[] = [];
  for (let i = 0; i < warmUps + runs; i++) {
    const started = performance.now();
    await work();
    if (i >= warmUps) seconds.push((performance.now() - started) / 1000);
  }
  return seconds;
}

type MetricSpec = Omit<Metric, 'value' | 'ok' | 'interval'>;

export function metric(spec: MetricSpec): Metric {
  const value = median(spec.runs);
  return { ...spec, value, ok: isMet(spec, value) };
}

export function metricWithInterval(spec: MetricSpec): Metric {
  const interval = medianInterval(spec.runs);
  const worse = spec.better === 'lower' ? interval[1] : interval[0];
  return { ...spec, value: median(spec.runs), interval, ok: isMet(spec, worse) };
}

/** What is no number is no success. */
const isMet = ({ target, better }: MetricSpec, value: number): boolean =>
  target === undefined || (better === 'lower' ? value <= target : value >= target);

/** Pair by pair, so that a machine whose speed drifts does not favour one side. */
export const ratios = (a: readonly number[], b: readonly number[]): readonly number[] =>
  a.map((value, index) => value / (b[index] ?? Number.NaN));
