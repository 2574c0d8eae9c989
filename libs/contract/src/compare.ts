/** `GET /api/v1/compare/platforms`: one service on several kinds of machines, what may be compared and what must not. */
import { CONTRAST_VERDICTS, REFUSALS } from '@mapscope/rootcause';
import { z } from 'zod';
import {
  baselineFromParam,
  baselineToParam,
  closedObject,
  fromParam,
  nameText,
  routeParam,
  serviceParam,
  toParam,
} from './query.ts';
import { lockKind } from './root-cause.ts';
import { codeSite, count, coverage, estimate, listOf, timeWindow } from './words.ts';

export const comparePlatformsQuery = closedObject({
  service: serviceParam,
  from: fromParam,
  to: toParam,
  route: routeParam,
  site: nameText
    .meta({
      description: 'waits at this line only: a function or a file, with or without its line; absent: all locks',
      examples: ['(*Cache).Get', 'cache.go:42'],
    })
    .optional(),
  baselineFrom: baselineFromParam,
  baselineTo: baselineToParam,
}).refine((query) => query.baselineTo === undefined || query.baselineFrom !== undefined, {
  path: ['baselineFrom'],
  message: 'is missing: baselineTo needs baselineFrom',
});
export type ComparePlatformsQuery = z.infer<typeof comparePlatformsQuery>;

const measures = z
  .object({
    requests: count,
    requestsPerSecond: estimate.meta({ description: 'Poisson 95 %' }),
    processes: count.meta({ description: 'that served them; 0: only spans of an SDK tell of them' }),
    waitingRequests: count,
    waiting: estimate.meta({ description: 'share of its requests that waited; Wilson 95 %' }),
    waitMs: estimate.meta({ description: 'mean over all of its requests; bootstrap 95 %, as the next ones' }),
    p99Ms: estimate,
    contentionRatio: estimate.meta({ description: 'Σ wait ÷ Σ duration' }),
    ownMs: estimate.meta({ description: 'mean time outside of waits for locks, CPUs, collector, channels and calls' }),
    cpuMsPerRequest: z
      .number()
      .nullable()
      .meta({ description: 'CPU time of its processes ÷ their requests, background work with it; null: not reported' }),
    conflicts: estimate.nullable().meta({
      description:
        "share of map operations that met another goroutine's write; Wilson 95 %; null: maps were not watched",
    }),
  })
  .meta({ id: 'PlatformMeasures', description: 'Numbers of one platform; times of an emulated one are an emulator’s' });

const refusal = z
  .object({ code: z.enum(REFUSALS), blocks: z.enum(['all', 'times']), reason: z.string() })
  .meta({ id: 'Refusal', description: 'Why something is not compared; times: counts and shares are, all the same' });

const ratio = estimate.nullable();
const contrast = z
  .object({
    verdict: z.enum(CONTRAST_VERDICTS),
    wait: ratio.meta({ description: 'ratio of mean waits; null: refused, or nothing to divide by' }),
    p99: ratio,
    own: ratio.meta({ description: 'ratio of own times: the speed of the program itself' }),
    cpu: z.number().nullable().meta({ description: 'ratio of CPU times per request' }),
    waiting: ratio.meta({ description: 'difference of the shares that waited; Newcombe 95 %' }),
    conflicts: ratio.meta({ description: 'difference of conflict rates' }),
    refusals: listOf(refusal),
    notes: listOf(z.string()),
    sentence: z.string(),
  })
  .meta({ id: 'Contrast', description: 'One against another; the three ratios hold together at 95 %' });
export type ContrastJson = z.infer<typeof contrast>;

const comparedPlatform = z
  .object({
    platform: z.string().meta({ description: 'platform tag' }),
    label: z.string().meta({ description: 'short, and unlike the others', examples: ['arm64'] }),
    attributes: z
      .record(z.string(), z.string())
      .meta({ description: 'the tag by the names of the semantic conventions', examples: [{ 'host.arch': 'arm64' }] }),
    emulated: z.boolean(),
    builds: listOf(z.string()).meta({ description: 'module, version and revision; empty: not known' }),
    measures,
    against: contrast.nullable().meta({ description: 'against the reference; null of the reference itself' }),
    ownBaseline: contrast.nullable().meta({ description: 'against itself in the baseline' }),
  })
  .meta({ id: 'ComparedPlatform' });
export type ComparedPlatformJson = z.infer<typeof comparedPlatform>;

const structLayout = z
  .object({
    name: z.string(),
    arch: z.string(),
    sizeBytes: count,
    fields: listOf(
      z.object({
        name: z.string(),
        type: z.string(),
        offsetBytes: count,
        line: count.meta({ description: 'of 64 bytes, counted from the begin of the struct' }),
      }),
    ),
  })
  .meta({ id: 'StructLayout', description: 'Where the fields lie, as the DWARF of the program says' });

const sharedLine = z
  .object({
    platform: z.string(),
    lineAddress: z.string(),
    locks: listOf(z.object({ address: z.string(), waiter: codeSite, waits: count })),
    waitMs: z.number(),
  })
  .meta({ id: 'SharedLine', description: 'Locks of one process in one 64-byte line, each waited for' });

const hint = z
  .object({
    waiter: codeSite,
    lockKind,
    platform: z.string(),
    reference: z.string(),
    wait: estimate,
    own: estimate,
    layout: structLayout.nullable(),
    sharedLines: listOf(sharedLine),
    sentence: z.string(),
  })
  .meta({ id: 'AtomicsHint', description: 'A lock dearer than the CPU explains: where to look, never a verdict' });
export type AtomicsHintJson = z.infer<typeof hint>;

export const comparePlatformsAnswer = z
  .object({
    service: z.string(),
    route: z.string().nullable(),
    site: z.string().nullable(),
    window: timeWindow,
    baseline: timeWindow.nullable(),
    reference: z.string().nullable().meta({ description: 'the one with most requests that is not emulated' }),
    sentence: z.string(),
    platforms: listOf(comparedPlatform).meta({ description: 'most requests first, at most 16' }),
    hints: listOf(hint),
    coverage,
  })
  .meta({ id: 'PlatformComparison' });
export type ComparePlatformsAnswer = z.infer<typeof comparePlatformsAnswer>;
