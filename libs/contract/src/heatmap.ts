/** `GET /api/v1/latency/heatmap` and `/latency/slowest`: how many requests took how long, and which were the slowest. */
import { z } from 'zod';
import {
  closedObject,
  fromParam,
  limitParam,
  platformParam,
  routeParam,
  serviceParam,
  stepParam,
  toParam,
} from './query.ts';
import { count, instant, listOf, timeWindow, traceIdText } from './words.ts';

const selection = { service: serviceParam, from: fromParam, to: toParam, route: routeParam, platform: platformParam };

export const heatmapQuery = closedObject({ ...selection, step: stepParam });
export type HeatmapQuery = z.infer<typeof heatmapQuery>;

export const heatmapAnswer = z
  .object({
    service: z.string(),
    window: timeWindow,
    stepMs: z.number(),
    bucketsPerOctave: z.int().meta({ description: 'n: bucket b holds 2^(b/n) … 2^((b+1)/n) nanoseconds' }),
    source: z
      .enum(['requests', 'rollup'])
      .meta({ description: 'rollup: ten-second sums of more than 2 million requests' }),
    series: z
      .object({
        startUnixMs: listOf(z.number()),
        requests: listOf(count),
        p50Ms: listOf(z.number()),
        p99Ms: listOf(z.number()),
      })
      .meta({ description: 'steps that have requests; quantiles are as fine as the buckets' }),
    cells: z
      .object({ steps: listOf(count), buckets: listOf(count), requests: listOf(count) })
      .meta({ description: 'one entry per cell that holds a request; steps: index of startUnixMs' }),
  })
  .meta({ id: 'LatencyHeatmap', description: 'Requests by time and latency. Columns' });
export type HeatmapAnswer = z.infer<typeof heatmapAnswer>;

export const slowestQuery = closedObject({ ...selection, limit: limitParam(32, 200) });
export type SlowestQuery = z.infer<typeof slowestQuery>;

export const slowestAnswer = z
  .object({
    service: z.string(),
    window: timeWindow,
    items: listOf(z.object({ start: instant, durationMs: z.number(), traceId: traceIdText, route: z.string() })),
  })
  .meta({ id: 'SlowestRequests', description: 'The slowest request of each part of the window that has a trace' });
export type SlowestAnswer = z.infer<typeof slowestAnswer>;
