/**
 * Question: how long does it take to explain an hour beside so many events: spread over 24 hours, and all inside that hour?
 * What is asked and what makes it fair: libs/store/bench/rootcause.ts.
 */
import type { Suite } from '../measure.ts';
import { inWorld } from './queries/world.ts';
import { type ExplainTimes, explainMetrics } from './rootcause/metrics.ts';

const DEFAULT_EVENTS = 10_000_000;
const ASKS = 100;
/** All in one hour: each ask reads as much as 24 before. */
const ASKS_OF_FULL_HOUR = 20;

export const rootcauseSuite: Suite = {
  name: 'rootcause',
  question:
    'explaining one hour of a service out of 24 that hold all events, and out of one that holds them all: milliseconds from the question to the verdict',
  run: async ({ events = DEFAULT_EVENTS }) => {
    const day = await inWorld<ExplainTimes>('rootcause.ts', { events, hours: 24, asks: ASKS });
    const hour = await inWorld<ExplainTimes>('rootcause.ts', { events, hours: 1, asks: ASKS_OF_FULL_HOUR });
    return { metrics: explainMetrics(events, day, hour), versions: { events: String(events) } };
  },
};
