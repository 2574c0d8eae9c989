/** `GET /api/v1/root-causes`: the verdict, its numbers and its proof. */
import { LOCK_KINDS, type LockKind } from '@mapscope/events';
import { TIME_KINDS, VERDICTS, WINDOW_SOURCES } from '@mapscope/rootcause';
import { z } from 'zod';
import {
  baselineFromParam,
  baselineToParam,
  closedObject,
  fromParam,
  platformParam,
  routeParam,
  serviceParam,
  toParam,
} from './query.ts';
import { codeSite, count, coverage, estimate, listOf, timeWindow, traceIdText } from './words.ts';

export const rootCauseQuery = closedObject({
  service: serviceParam,
  from: fromParam,
  to: toParam,
  route: routeParam,
  platform: platformParam,
  baselineFrom: baselineFromParam,
  baselineTo: baselineToParam,
}).refine((query) => query.baselineTo === undefined || query.baselineFrom !== undefined, {
  path: ['baselineFrom'],
  message: 'is missing: baselineTo needs baselineFrom',
});
export type RootCauseQuery = z.infer<typeof rootCauseQuery>;

// Object.keys loses the literal types; LOCK_KINDS has exactly these keys.
const lockKindNames = Object.keys(LOCK_KINDS) as [LockKind, ...LockKind[]];
export const lockKind = z.enum(lockKindNames).meta({ id: 'LockKind', description: 'kind of Go semaphore' });

/** Numbers of whatever requests spent time on, a lock or something else. */
const weighing = {
  explained: estimate.meta({ description: 'share of the extra latency that is this wait, 0…1' }),
  prevalence: estimate.meta({ description: 'share of slow requests waiting here minus that of baseline requests' }),
  pValue: z.number(),
  contentionRatio: z.number().meta({ description: 'Σ wait ÷ Σ request wall time' }),
  contentionRatioBaseline: z.number(),
  doseResponse: z.number().meta({ description: 'Spearman correlation of wait and duration' }),
  counterfactualP99Ms: z.number().meta({ description: 'p99 without this wait' }),
  exemplarTraceIds: listOf(traceIdText),
};

const blockingChain = z
  .object({
    links: listOf(z.object({ waiter: codeSite, lock: z.string(), releasedAt: codeSite.nullable(), share: z.number() })),
    isCycle: z.boolean().meta({ description: 'the last link is a lock that came before' }),
  })
  .meta({ id: 'BlockingChain', description: 'What the holder waited for meanwhile, and the holder of that' });

export const candidate = z
  .object({
    waiter: codeSite,
    alsoWaitedAt: listOf(codeSite).meta({ description: 'other lines where the same lock was waited for' }),
    releasedAt: codeSite
      .nullable()
      .meta({ description: 'the line that let go of the lock for most of the waited time' }),
    releasedAtShare: z.number().nullable().meta({ description: 'its part of the waited time, 0…1' }),
    lockKind,
    locks: listOf(z.string()).meta({ description: 'addresses of the locks waited on' }),
    ...weighing,
    waits: count,
    /** This and the following are optional: answers of an API before 2026-11-20 have none of them. */
    writerPending: z
      .number()
      .optional()
      .meta({ description: 'part of the wait behind a writer that had not got the lock, 0…1' }),
    slowReader: codeSite.optional().meta({ description: 'the line whose read lock that writer waited for' }),
    hottestLock: z
      .object({ address: z.string(), share: estimate, locks: count })
      .optional()
      .meta({ description: 'of a line with four and more locks: the one waited for most, and its part of the waits' }),
    guards: z
      .object({ mapType: z.string(), site: codeSite, share: z.number() })
      .optional()
      .meta({ description: 'the map used right after waiting for this lock' }),
    heldBy: z.object({ route: z.string(), share: z.number(), traceId: traceIdText }).optional().meta({
      description: 'requests that held it: their route, part of the waited time, and the one that held it longest',
    }),
    chain: blockingChain.optional(),
  })
  .meta({ id: 'Candidate', description: 'A lock site that was weighed, blamed or not' });
export type CandidateJson = z.infer<typeof candidate>;

export const timeCause = z
  .object({
    kind: z.enum(TIME_KINDS),
    host: z.string().nullable().meta({ description: 'of downstream: who was called' }),
    site: codeSite.nullable().meta({ description: 'of channel: the line that waited' }),
    events: count.meta({ description: 'times that requests of the window met it' }),
    ...weighing,
  })
  .meta({ id: 'TimeCause', description: 'Time of requests that was no wait for a lock: weighed, blamed or not' });
export type TimeCauseJson = z.infer<typeof timeCause>;

const attribute = z
  .object({
    key: z.string().meta({ description: 'route, or a part of the platform' }),
    value: z.string(),
    slowShare: z.number().meta({ description: 'share of the slow requests that have it, 0…1' }),
    difference: estimate.meta({ description: "that share minus the baseline's" }),
    pValue: z.number(),
    divergence: z.number().meta({ description: 'how far the mix of the whole key moved, KL in nats' }),
  })
  .meta({ id: 'AttributeContrast', description: 'An attribute that slow requests share' });

const mapConflict = z
  .object({ mapType: z.string(), mapAddress: z.string(), site: codeSite, other: codeSite.nullable(), count })
  .meta({ id: 'MapConflict', description: 'Two goroutines in one map at a time' });

const platformShare = z
  .object({ platform: z.string(), slowRequests: count, requests: count, waiting: estimate })
  .meta({ id: 'PlatformShare', description: 'How many of the requests of one platform waited on the cause' });
export type PlatformShareJson = z.infer<typeof platformShare>;

const p99 = z
  .object({ beforeMs: estimate.nullable(), duringMs: estimate.nullable(), counterfactualMs: z.number().nullable() })
  .meta({ id: 'P99', description: 'p99 latency; null where nothing was measured or nobody is blamed' });

export const rootCauseAnswer = z
  .object({
    verdict: z.enum(VERDICTS),
    sentence: z.string().meta({ description: 'the whole answer for people' }),
    service: z.string(),
    route: z.string().nullable(),
    platform: z.string().nullable(),
    window: timeWindow,
    baseline: timeWindow,
    windowSource: z.enum(WINDOW_SOURCES).meta({
      description: 'who named the windows: the question, the last spike found, or nobody (halves of the range)',
    }),
    waiter: codeSite.nullable(),
    releasedAt: codeSite.nullable(),
    explained: estimate.nullable(),
    p99,
    contentionRatio: z.number().nullable(),
    contentionRatioBaseline: z.number().nullable(),
    contentionThreshold: z.number(),
    exemplarTraceIds: listOf(traceIdText),
    requests: count,
    slowRequests: count,
    baselineRequests: count,
    candidates: listOf(candidate),
    /** This and the following are optional: answers of an API before 2026-11-20 have none of them. */
    timeCauses: listOf(timeCause)
      .optional()
      .meta({ description: 'what was weighed beside locks, most explaining first' }),
    timeCause: timeCause
      .nullable()
      .optional()
      .meta({ description: 'what is blamed with verdict gc, scheduler, downstream, channel or cpu' }),
    conflict: mapConflict
      .nullable()
      .optional()
      .meta({ description: 'with verdict map-conflict, where the lines are known' }),
    attributes: listOf(attribute)
      .optional()
      .meta({ description: 'what slow requests have clearly more often: where it is slow, not why' }),
    remedy: z.string().nullable().optional().meta({ description: 'how to mend it; null where nobody is blamed' }),
    nextProbes: listOf(z.string()).optional().meta({ description: 'probes that would tell more' }),
    reasons: listOf(z.string()),
    platforms: listOf(platformShare),
    coverage,
    exactBinding: z.number().nullable().meta({ description: 'share of waits bound to a trace exactly, 0…1' }),
    confidence: z.enum(['high', 'medium', 'low']),
  })
  .meta({ id: 'RootCause', description: 'Why p99 rose: verdict, numbers and proof' });
export type RootCauseAnswer = z.infer<typeof rootCauseAnswer>;
