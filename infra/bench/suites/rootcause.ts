/**
 * Question: how long does it take to explain an hour beside so many events: spread over 24 hours, and all inside that hour?
 * What is asked and what makes it fair: libs/store/bench/rootcause.ts.
 */
import type { Suite } from '../measure.ts';
import { inWorld } from './queries/world.ts';
import { explainCases, type ExplainTimes, explainMetrics } from './rootcause/metrics.ts';

const DEFAULT_EVENTS = 10_000_000;
const ASKS = 100;
/** All in one hour: each ask reads as much as 24 before. */
const ASKS_OF_FULL_HOUR = 20;

export const rootcauseSuite: Suite = {
  name: 'rootcause',
  question:
    'explaining one hour of a service out of 24 that hold all events, and out of one that holds them all: milliseconds from the question to the verdict',
  run: async ({ events = DEFAULT_EVENTS }) => {
    const day = await timesOf({ events, hours: 24, asks: ASKS });
    const hour = await timesOf({ events, hours: 1, asks: ASKS_OF_FULL_HOUR });
    return {
      metrics: explainMetrics(events, day, hour),
      cases: explainCases(day, hour),
      versions: { events: String(events) },
    };
  },
};

/** One world that cannot be made does not end the other. */
function timesOf(asked: Parameters<typeof inWorld>[1]): Promise<ExplainTimes> {
  return inWorld<ExplainTimes>('rootcause.ts', asked).catch((error: unknown): ExplainTimes => {
    const failed = { failed: error instanceof Error ? error.message : String(error) };
    return { probed: failed, sdk: failed, filled: { rows: {}, sizeBytes: Number.NaN, fillSeconds: Number.NaN } };
  });
}
