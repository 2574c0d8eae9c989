/**
 * Question: under a load that lasts, do memory, parts and lag stay where they are, and is every row stored once? Load: half
 * of what the last recorded run of the suite `store` reached, or 50 000 events/s where there is none. See store/steady.ts.
 */
import { existsSync, readFileSync } from 'node:fs';
import type { Suite } from '../measure.ts';
import type { Result } from '../report.ts';
import { type Steady, soakMetrics } from './store/steady.ts';
import { child, inFreshData, whileRunning } from './store/world.ts';

const DEFAULT_SECONDS = 60;
const DEFAULT_EVENTS_PER_SECOND = 50_000;
const HALF = 0.5;
const STORE_RESULT = new URL('../results/store.json', import.meta.url);

export const soakSuite: Suite = {
  name: 'soak',
  question: 'memory, parts, lag and rows lost under a load that lasts, at half of what the store reached',
  run: async ({ seconds = DEFAULT_SECONDS }) => {
    const steady = await inFreshData((paths) =>
      whileRunning(paths, (running) =>
        child<Steady>('store/steady.ts', {
          ...running,
          database: 'mapscope',
          seconds,
          eventsPerSecond: halfOfTheStore(),
        }),
      ),
    );
    return { metrics: soakMetrics(steady) };
  },
};

function halfOfTheStore(): number {
  if (!existsSync(STORE_RESULT)) return DEFAULT_EVENTS_PER_SECOND;
  // Written by main.ts.
  const { metrics } = JSON.parse(readFileSync(STORE_RESULT, 'utf8')) as Result;
  const reached = metrics.find(({ name }) => name === 'store_kafka_to_table')?.value;
  return reached === undefined ? DEFAULT_EVENTS_PER_SECOND : Math.floor(reached * HALF);
}
