/** Errors: RFC 9457 problem details, and the health answers. */
import { SCOPES } from '@mapscope/events';
import { z } from 'zod';
import { listOf } from './words.ts';

export const PROBLEM_CONTENT_TYPE = 'application/problem+json';

const problemItem = z
  .object({
    in: z.enum(['query', 'path', 'body', 'header']),
    name: z.string().meta({ description: 'dotted path of the value; empty: the whole' }),
    message: z.string(),
  })
  .meta({ id: 'ProblemItem' });
export type ProblemItem = z.infer<typeof problemItem>;

export const problem = z
  .object({
    type: z.string().meta({ description: 'urn:mapscope:error:CODE, the same CODE as in code' }),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: 'what happened, with which value, how to mend it' }),
    instance: z.string().meta({ description: 'path asked for' }),
    code: z.string(),
    requestId: z.string(),
    neededScope: z
      .enum(SCOPES)
      .optional()
      .meta({ description: 'a key with this scope is what is missing (401: none that holds, 403: another scope)' }),
    errors: listOf(problemItem).optional().meta({ description: 'all problems of the request at once' }),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem details' });
export type Problem = z.infer<typeof problem>;

export const livenessAnswer = z.object({ status: z.literal('ok') }).meta({ id: 'Liveness' });
export type LivenessAnswer = z.infer<typeof livenessAnswer>;

const check = z.object({ name: z.string(), ok: z.boolean(), tookMs: z.number(), detail: z.string().nullable() });

export const readinessAnswer = z
  .object({ status: z.enum(['ok', 'unavailable']), checks: listOf(check) })
  .meta({ id: 'Readiness' });
export type ReadinessAnswer = z.infer<typeof readinessAnswer>;
