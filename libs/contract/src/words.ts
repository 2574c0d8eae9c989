/**
 * The small words every answer is made of. Exact times are RFC 3339 text with nanoseconds, durations are
 * milliseconds as numbers (names end in `Ms`), ids are hex. No bigint ever reaches JSON.
 */
import { z } from 'zod';

export const instant = z.string().meta({
  format: 'date-time',
  description: 'RFC 3339 in UTC with nanoseconds',
  examples: ['2026-11-20T10:03:00.000000000Z'],
});

export const traceIdText = z
  .string()
  .regex(/^[0-9a-fA-F]{32}$/, 'a trace id has 32 hex digits, as in 4bf92f3577b34da6a3ce929d0e0e4736')
  .meta({ description: 'W3C trace id, 32 hex digits', examples: ['4bf92f3577b34da6a3ce929d0e0e4736'] });

export const count = z.int().min(0);

/** Sections of a page are lists under one name, so that a cursor can be added without breaking readers. */
export const listOf = <T extends z.ZodType>(item: T) => z.array(item).readonly();

export const codeSite = z
  .object({
    function: z.string().meta({ description: 'code.function.name', examples: ['main.(*Cache).Get'] }),
    file: z.string().meta({ description: 'code.file.path' }),
    line: z.int().min(0).meta({ description: 'code.line.number' }),
  })
  .meta({ id: 'CodeSite', description: 'A line of source' });
export type CodeSiteJson = z.infer<typeof codeSite>;

export const estimate = z
  .object({ value: z.number(), low: z.number(), high: z.number() })
  .meta({ id: 'Estimate', description: 'An estimate with its 95 % interval' });
export type EstimateJson = z.infer<typeof estimate>;

export const timeWindow = z
  .object({ from: instant, to: instant })
  .meta({ id: 'TimeWindow', description: 'Half open: from ≤ t < to' });
export type TimeWindowJson = z.infer<typeof timeWindow>;

const watchedTime = z
  .object({
    kind: z.string().meta({ description: 'kind of event' }),
    share: z.number().meta({ description: "part of the window's time in which its probes were on, 0…1" }),
    shedShare: z.number().meta({
      description: 'part of it in which the overhead budget kept them off; the rest: no agent was there',
    }),
  })
  .meta({
    id: 'WatchedTime',
    description: 'What happened while probes were off is in no count: divide counts by the time that was watched',
  });

const bindingMix = z.object({ exact: count, inherited: count, none: count }).meta({
  id: 'BindingMix',
  description: 'Waits on locks: of a request itself, of a goroutine it began, of no known one',
});

const sampled = z
  .object({
    kept: count.meta({ description: 'requests judged' }),
    total: count.meta({ description: 'requests stored; more than kept: cut by the hash of the trace id' }),
    perSecond: z.number().nullable().meta({ description: 'total ÷ the seconds in which requests were watched' }),
  })
  .meta({ id: 'Sampled' });

export const coverage = z
  .object({
    ringSubmitted: count,
    ringLost: count,
    published: count,
    inserted: count,
    /** This and the following are optional: answers of an API before 2026-11-20 have none of them, charts only the first. */
    watched: listOf(watchedTime).optional(),
    baselineWatched: listOf(watchedTime).optional(),
    bindings: bindingMix.optional(),
    requests: sampled.optional(),
    baselineRequests: sampled.optional(),
  })
  .meta({
    id: 'Coverage',
    description:
      'How much of what happened the answer rests on: ring events since the agents started, the part of the time that was watched, requests left out, and how waits are bound to requests',
  });
export type CoverageJson = z.infer<typeof coverage>;
