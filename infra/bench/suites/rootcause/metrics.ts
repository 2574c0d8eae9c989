/** Raw figures of libs/store/bench/rootcause.ts → metrics. Pure. */
import { type Case, metric, type Metric } from '../../measure.ts';
import { type Failed, failedCase, fillMetrics, timeMetrics } from '../queries/metrics.ts';
import type { Filled } from '../queries/world.ts';

/** Asks about services of one sort. */
export interface Explained {
  readonly millis: readonly number[];
  /** of that, after the last evidence had come */
  readonly judging: readonly number[];
  /** asks that named the planted line */
  readonly found: number;
}

export interface ExplainTimes {
  /** services without SDK spans, and with them */
  readonly probed: Explained | Failed;
  readonly sdk: Explained | Failed;
  readonly filled: Filled;
}

const TARGET_MILLIS = 1000;
const DAY = 'rootcause_1h_of_24h';
const HOUR = 'rootcause_full_hour';

export function explainMetrics(events: number, day: ExplainTimes, hour: ExplainTimes): readonly Metric[] {
  return [
    ...worldMetrics(DAY, day, TARGET_MILLIS),
    ...worldMetrics(HOUR, hour),
    ...fillMetrics('rootcause', events, day.filled),
  ];
}

export const explainCases = (day: ExplainTimes, hour: ExplainTimes): readonly Case[] => [
  ...failedCase(DAY, day.probed),
  ...failedCase(`${DAY}_sdk`, day.sdk),
  ...failedCase(HOUR, hour.probed),
  ...failedCase(`${HOUR}_sdk`, hour.sdk),
];

const worldMetrics = (name: string, { probed, sdk }: ExplainTimes, target?: number): readonly Metric[] => [
  ...sortMetrics(name, probed, target),
  ...sortMetrics(`${name}_sdk`, sdk, target),
];

function sortMetrics(name: string, explained: Explained | Failed, target?: number): readonly Metric[] {
  if ('failed' in explained) return [];
  const { millis, judging, found } = explained;
  return [
    ...timeMetrics(name, millis, target),
    metric({ name: `${name}_judging`, unit: 'ms', better: 'lower', runs: judging }),
    // An answer that is fast and wrong is none.
    metric({ name: `${name}_found`, unit: 'share', better: 'higher', target: 0.95, runs: [found / millis.length] }),
  ];
}
