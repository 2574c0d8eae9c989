/** Raw figures of libs/store/bench/rootcause.ts → metrics. Pure. */
import { metric, type Metric } from '../../measure.ts';
import { fillMetrics, timeMetrics } from '../queries/metrics.ts';
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
  readonly probed: Explained;
  readonly sdk: Explained;
  readonly filled: Filled;
}

const TARGET_MILLIS = 1000;

export function explainMetrics(events: number, day: ExplainTimes, hour: ExplainTimes): readonly Metric[] {
  return [
    ...worldMetrics('rootcause_1h_of_24h', day, TARGET_MILLIS),
    ...worldMetrics('rootcause_full_hour', hour),
    ...fillMetrics('rootcause', events, day.filled),
  ];
}

const worldMetrics = (name: string, { probed, sdk }: ExplainTimes, target?: number): readonly Metric[] => [
  ...sortMetrics(name, probed, target),
  ...sortMetrics(`${name}_sdk`, sdk, target),
];

const sortMetrics = (name: string, { millis, judging, found }: Explained, target?: number): readonly Metric[] => [
  ...timeMetrics(name, millis, target),
  metric({ name: `${name}_judging`, unit: 'ms', better: 'lower', runs: judging }),
  // An answer that is fast and wrong is none.
  metric({ name: `${name}_found`, unit: 'share', better: 'higher', target: 0.95, runs: [found / millis.length] }),
];
