/** `GET /api/v1/latency` and `/contention`: what a chart or a table draws. Charts get columns. */
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
import { lockKind } from './root-cause.ts';
import { codeSite, count, coverage, listOf, timeWindow } from './words.ts';

/** Optional: answers of an API before 2026-11-20 have none. */
const ofCoverage = { coverage: coverage.optional() };

const selection = { service: serviceParam, from: fromParam, to: toParam, route: routeParam, platform: platformParam };

export const latencyQuery = closedObject({ ...selection, step: stepParam });
export type LatencyQuery = z.infer<typeof latencyQuery>;

export const latencyAnswer = z
  .object({
    service: z.string(),
    window: timeWindow,
    stepMs: z.number(),
    series: z.object({
      startUnixMs: listOf(z.number()),
      requests: listOf(count),
      p50Ms: listOf(z.number().nullable()),
      p99Ms: listOf(z.number().nullable()),
    }),
    ...ofCoverage,
  })
  .meta({ id: 'Latency', description: 'Latency per bucket, one array per column, buckets in time order' });
export type LatencyAnswer = z.infer<typeof latencyAnswer>;

export const contentionQuery = closedObject({ ...selection, limit: limitParam(50, 1000) });
export type ContentionQuery = z.infer<typeof contentionQuery>;

export const contentionRow = z
  .object({
    waiter: codeSite,
    releasedAt: codeSite,
    lockKind,
    platform: z.string(),
    waits: count,
    waitMs: z.number(),
    schedMs: z.number().meta({ description: 'ready but not yet running: the scheduler, never counted as wait' }),
    maxWaitMs: z.number(),
    locks: count.meta({ description: 'distinct locks' }),
    contentionRatio: z.number().nullable().meta({ description: 'Σ wait ÷ Σ request wall time; null without requests' }),
  })
  .meta({ id: 'Contention', description: 'One pair of lines: who waited, who let go' });
export type ContentionRowJson = z.infer<typeof contentionRow>;

export const contentionAnswer = z
  .object({ service: z.string(), window: timeWindow, items: listOf(contentionRow), ...ofCoverage })
  .meta({ id: 'ContentionList' });
export type ContentionAnswer = z.infer<typeof contentionAnswer>;
