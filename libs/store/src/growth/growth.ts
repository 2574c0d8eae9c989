/** What counters of a metrics page grow by. */
import type { Clickhouse } from '../connection/clickhouse.ts';
import { requestGrowth, waitGrowth } from './durations.ts';
import { crashGrowth, mapGrowth, syncmapGrowth } from './operations.ts';
import type { ReadGrowth } from './records.ts';

/** One after the other: a scrape must not take the places of people who wait for an answer. */
export const growthOver =
  (clickhouse: Clickhouse): ReadGrowth =>
  async (window, bounds) => ({
    requests: await requestGrowth(clickhouse, window, bounds.requestNanos),
    waits: await waitGrowth(clickhouse, window, bounds.waitNanos),
    maps: await mapGrowth(clickhouse, window),
    syncmaps: await syncmapGrowth(clickhouse, window),
    crashes: await crashGrowth(clickhouse, window),
  });
