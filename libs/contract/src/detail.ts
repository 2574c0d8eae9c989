/**
 * Details of one lock, one map, one platform, and contention over time:
 * `GET /api/v1/contention/series`, `/locks`, `/locks/{address}`, `/maps`, `/maps/{address}`, `/platforms`.
 */
import { z } from 'zod';
import {
  closedObject,
  cursorParam,
  fromParam,
  limitParam,
  platformParam,
  routeParam,
  serviceParam,
  stepParam,
  toParam,
} from './query.ts';
import { lockKind } from './root-cause.ts';
import { codeSite, count, coverage, estimate, listOf, timeWindow } from './words.ts';

const selection = { service: serviceParam, from: fromParam, to: toParam, platform: platformParam };

export const CONTENTION_ROLES = ['waiter', 'releaser'] as const;

export const contentionSeriesQuery = closedObject({
  ...selection,
  route: routeParam,
  step: stepParam,
  role: z
    .enum(CONTENTION_ROLES, `give one of ${CONTENTION_ROLES.join(', ')}`)
    .default('waiter')
    .meta({ description: 'lines that waited, or lines that let go' }),
  limit: limitParam(8, 50),
});
export type ContentionSeriesQuery = z.infer<typeof contentionSeriesQuery>;

const perStep = { waits: listOf(count), waitMs: listOf(z.number()) };

const contentionSite = z
  .object({ site: codeSite, lockKinds: listOf(lockKind), totalWaits: count, totalWaitMs: z.number(), ...perStep })
  .meta({ id: 'ContentionSite', description: 'One line over time, one entry per step' });

export const contentionSeriesAnswer = z
  .object({
    service: z.string(),
    window: timeWindow,
    stepMs: z.number(),
    role: z.enum(CONTENTION_ROLES),
    threshold: z.number().meta({ description: 'Σ wait ÷ Σ request time that counts as contended' }),
    startUnixMs: listOf(z.number()).meta({ description: 'every step of the window, quiet ones too' }),
    requestMs: listOf(z.number()).meta({ description: 'Σ request time, to divide by' }),
    sites: listOf(contentionSite).meta({ description: 'most waited first' }),
    others: z.object({ sites: count, ...perStep }).meta({ description: 'all other lines together' }),
    coverage,
  })
  .meta({ id: 'ContentionSeries' });
export type ContentionSeriesAnswer = z.infer<typeof contentionSeriesAnswer>;

export const addressText = z
  .string()
  .regex(/^0x[0-9a-fA-F]{1,16}$/, 'an address is 0x and up to 16 hex digits, as in 0x000000c000010000')
  .meta({ description: 'address in the process', examples: ['0x000000c000010000'] });

export const locksQuery = closedObject({
  ...selection,
  limit: limitParam(50, 500),
  after: cursorParam,
});
export type LocksQuery = z.infer<typeof locksQuery>;

const waitTotals = { waits: count, waitMs: z.number(), maxWaitMs: z.number() };
const nextCursor = z.string().nullable().meta({ description: 'give it as after; null: this was the end' });

const lockRow = z
  .object({
    address: z.string(),
    lockKind,
    ...waitTotals,
    schedMs: z.number(),
    waiter: codeSite.meta({ description: 'the line that waited for it most' }),
    releasedAt: codeSite.meta({ description: 'the line that held it for most of the waited time' }),
    processes: count,
    platforms: listOf(z.string()),
  })
  .meta({ id: 'LockRow' });

export const locksAnswer = z
  .object({ service: z.string(), window: timeWindow, items: listOf(lockRow), nextCursor, coverage })
  .meta({ id: 'LockList', description: 'Locks that were waited for, most waited first' });
export type LocksAnswer = z.infer<typeof locksAnswer>;

export const lockQuery = closedObject({ ...selection, limit: limitParam(100, 1000), after: cursorParam });
export type LockQuery = z.infer<typeof lockQuery>;

/** Requests of one platform, and how many of them did what is asked for. */
export const platformSplit = z
  .object({
    platform: z.string(),
    requests: count,
    waitingRequests: count.meta({ description: 'requests whose own goroutine waited here' }),
    waiting: estimate.meta({ description: 'waitingRequests ÷ requests, with Wilson 95 % interval' }),
    waits: count,
    waitMs: z.number(),
    contentionRatio: z.number().nullable().meta({ description: 'Σ wait ÷ Σ request time; null without requests' }),
  })
  .meta({ id: 'PlatformSplit' });
export type PlatformSplitJson = z.infer<typeof platformSplit>;

const lockCell = z
  .object({ waiter: codeSite, releasedAt: codeSite, platform: z.string(), ...waitTotals })
  .meta({ id: 'LockCell', description: 'One field of the matrix waiters × holders, of one platform' });

export const lockAnswer = z
  .object({
    service: z.string(),
    address: z.string(),
    window: timeWindow,
    lockKinds: listOf(lockKind),
    ...waitTotals,
    schedMs: z.number(),
    processes: count,
    platforms: listOf(platformSplit),
    matrix: listOf(lockCell).meta({ description: 'most waited first; the whole of it over all pages' }),
    nextCursor,
    guards: listOf(z.object({ mapType: z.string(), site: codeSite, count })).meta({
      description: 'maps used right after waiting for this lock',
    }),
    exemplarTraceIds: listOf(z.string()).meta({ description: 'requests that waited longest here' }),
    coverage,
  })
  .meta({ id: 'Lock' });
export type LockAnswer = z.infer<typeof lockAnswer>;

export const mapsQuery = locksQuery;
export type MapsQuery = z.infer<typeof mapsQuery>;

const mapTotals = {
  operations: count.meta({ description: 'counted or estimated from samples' }),
  writes: count,
  conflicts: count.meta({ description: 'times two goroutines were in it, one of them writing' }),
};

const mapRow = z
  .object({
    address: z.string().meta({ description: '0x000…0: several maps of one line together' }),
    mapType: z.string(),
    ...mapTotals,
    site: codeSite.meta({ description: 'the line that used it most' }),
    platforms: listOf(z.string()),
  })
  .meta({ id: 'MapRow' });

export const mapsAnswer = z
  .object({ service: z.string(), window: timeWindow, items: listOf(mapRow), nextCursor, coverage })
  .meta({ id: 'MapList', description: 'Maps that were watched, those with conflicts first' });
export type MapsAnswer = z.infer<typeof mapsAnswer>;

const mapCell = z
  .object({
    site: codeSite,
    other: codeSite.nullable().meta({ description: 'who was inside; null: only its writing flag was seen' }),
    platform: z.string(),
    conflicts: count,
    maxInsideMs: z.number().meta({ description: "how long the other's write had been under way, at most" }),
    isSeenByRuntime: z.boolean().meta({ description: "the runtime's own flag was set: it would have crashed" }),
  })
  .meta({ id: 'MapCell', description: 'One field of the matrix of lines that met in the map, of one platform' });

export const mapAnswer = z
  .object({
    service: z.string(),
    address: z.string(),
    window: timeWindow,
    mapTypes: listOf(z.string()),
    ...mapTotals,
    uses: listOf(z.object({ site: codeSite, op: z.string(), platform: z.string(), count })).meta({
      description: 'lines that used it, most first, at most 100',
    }),
    matrix: listOf(mapCell),
    nextCursor,
    guardedBy: listOf(z.object({ lockAddress: z.string(), lockKind, site: codeSite, count })).meta({
      description: 'locks waited for right before it was used',
    }),
    coverage,
  })
  .meta({ id: 'GoMap' });
export type MapAnswer = z.infer<typeof mapAnswer>;

export const platformsQuery = closedObject({ ...selection, route: routeParam });
export type PlatformsQuery = z.infer<typeof platformsQuery>;

export const platformsAnswer = z
  .object({
    service: z.string(),
    route: z.string().nullable(),
    window: timeWindow,
    items: listOf(platformSplit),
    coverage,
  })
  .meta({ id: 'PlatformList', description: 'How many requests of each platform waited on any lock' });
export type PlatformsAnswer = z.infer<typeof platformsAnswer>;
