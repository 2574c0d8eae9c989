/**
 * Question: how long do the questions of every day take beside 10 (or, with --events=100000000, 100) million events and as
 * many spans as requests, while 100 000 events a second come in? What is asked and what makes it fair: libs/store/bench/queries.ts.
 */
import type { Suite } from '../measure.ts';
import { queryCases, queryMetrics, type QueryTimes } from './queries/metrics.ts';
import { inWorld } from './queries/world.ts';

const DEFAULT_EVENTS = 10_000_000;
const EVENTS_PER_SECOND = 100_000;
const ASKS = 100;

export const queriesSuite: Suite = {
  name: 'queries',
  question:
    'one trace, contention of an hour, and p99 every 10 s of a day, on a filled store that takes in 100 000 events a second: milliseconds an ask, with all its round trips',
  run: async ({ events = DEFAULT_EVENTS }) => {
    const asked = { events, asks: ASKS, eventsPerSecond: EVENTS_PER_SECOND };
    const times = await inWorld<QueryTimes>('queries.ts', asked);
    return {
      metrics: queryMetrics(events, times),
      cases: queryCases(times),
      versions: { events: String(events) },
    };
  },
};
