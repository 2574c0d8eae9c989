/**
 * Query strings: every value comes as text, is checked once here and leaves as what it means.
 * An unknown name is an error, never ignored: a misspelt filter would otherwise answer a different question.
 * Query schemas carry no `.meta({ id })`: @nestjs/swagger 12.0.2 does not expand a $ref into parameters and
 * the parameters would vanish from the OpenAPI document.
 */
import { MapscopeError } from '@mapscope/events';
import { z } from 'zod';
import { nearestName } from './nearest.ts';
import { parseSpanNanos, parseTimePoint } from './time-range.ts';

const ONCE = 'give it once, as text';

/** Turns a parser that throws MapscopeError into a schema that reports its message. */
function parsed<T>(parse: (text: string) => T, meta: { readonly description: string; readonly examples: string[] }) {
  return z
    .string(ONCE)
    .meta(meta)
    .transform((text, context): T => {
      try {
        return parse(text);
      } catch (error) {
        if (!(error instanceof MapscopeError)) throw error;
        context.addIssue({ code: 'custom', message: error.message });
        return z.NEVER;
      }
    });
}

/** A name from outside: bounded, because it becomes a bound parameter and may be echoed in an error. */
export const nameText = z
  .string(ONCE)
  .min(1, 'is empty: give a name or leave it out')
  .max(200, 'is longer than 200 characters');

const time = (description: string, example: string) =>
  parsed(parseTimePoint, { description, examples: [example, '2026-11-20T10:03:00Z', '1795600980000'] });

export const serviceParam = nameText.meta({ description: 'service.name', examples: ['order'] });
export const fromParam = time('begin of the window; absent: 15 minutes before its end', 'now-15m').optional();
export const toParam = time('end of the window, not included; absent: now', 'now').optional();
export const baselineFromParam = time(
  'begin of the baseline; absent: chosen from the time before the window',
  'now-30m',
).optional();
export const baselineToParam = time('end of the baseline, not included', 'now-15m').optional();
export const routeParam = nameText.meta({ description: 'http.route; absent: all', examples: ['/order'] }).optional();
export const platformParam = nameText
  .meta({ description: 'platform tag; absent: all, split in the answer' })
  .optional();

const MIN_STEP_SECONDS = 1;
const MAX_STEP_SECONDS = 86_400;

function parseStepSeconds(text: string): number {
  const seconds = Number(parseSpanNanos(text)) / 1e9;
  if (Number.isInteger(seconds) && seconds >= MIN_STEP_SECONDS && seconds <= MAX_STEP_SECONDS) return seconds;
  throw new MapscopeError('QUERY_INVALID', `${text} is not a step: give whole seconds from 1s to 1d`);
}

export const stepParam = parsed(parseStepSeconds, {
  description: 'bucket width; absent: about 120 buckets',
  examples: ['10s', '1m'],
}).optional();

export const limitParam = (fallback: number, max: number) =>
  z
    .string(ONCE)
    .regex(/^\d{1,6}$/, 'give a whole number')
    .meta({ description: `at most this many rows, 1 to ${max}; absent: ${fallback}`, examples: [String(fallback)] })
    .transform(Number)
    .refine((value) => value >= 1 && value <= max, `give a number from 1 to ${max}`)
    .default(fallback);

/** As an answer gave it; it holds the window too, so that all pages are of one. */
export const cursorParam = z
  .string(ONCE)
  .max(200, 'is too long to be a cursor')
  .optional()
  .meta({ description: 'nextCursor of the page before; the other parameters stay as they were' });

/** A bound of a window that has no default. */
export const requiredTime = (description: string, example: string) => time(description, example);

/** An object that says which names it knows when it meets another. */
export function closedObject<S extends z.ZodRawShape>(shape: S) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? describeUnknown(issue.keys, known) : undefined),
  });
}

function describeUnknown(names: readonly string[], known: readonly string[]): string {
  const all = known.length === 0 ? 'none are taken here' : `known are ${known.join(', ')}`;
  return names
    .slice(0, 20)
    .map((name) => {
      const nearest = nearestName(name, known);
      const hint = nearest === undefined ? '' : `did you mean "${nearest}"? `;
      return `unknown name "${name.slice(0, 64)}": ${hint}${all}`;
    })
    .join('; ');
}
