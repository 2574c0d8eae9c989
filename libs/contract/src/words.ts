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

export const coverage = z.object({ ringSubmitted: count, ringLost: count, published: count, inserted: count }).meta({
  id: 'Coverage',
  description: 'How much of what happened the answer rests on, in ring events since the agents started',
});
export type CoverageJson = z.infer<typeof coverage>;

/** Sections of a page are lists under one name, so that a cursor can be added without breaking readers. */
export const listOf = <T extends z.ZodType>(item: T) => z.array(item).readonly();
