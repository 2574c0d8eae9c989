/** `/api/v1/policies`: which processes are probed, with what, how much of them, until when. */
import { z } from 'zod';
import { closedObject, nameText } from './query.ts';
import { instant, listOf } from './words.ts';

const MAX_TTL_SECONDS = 7 * 86_400;
const line = nameText;

export const policyName = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    'has 1 to 63 lower-case letters, digits and hyphens, as in order-canary',
  )
  .meta({ description: 'name of a probe policy', examples: ['order-canary'] });

export const policyChange = closedObject({
  owner: line.meta({ description: 'who answers for it' }),
  reason: line.meta({ description: 'why it is there' }),
  state: z
    .enum(['on', 'off'])
    .default('on')
    .meta({ description: 'off keeps what fits from being probed by any policy' }),
  families: z.array(line).max(20).default([]),
  selectors: z
    .array(line)
    .min(1)
    .max(100)
    .meta({ description: 'one that fits is enough', examples: [['service=order,percent=5']] }),
  budgetPercent: z
    .number()
    .min(0.01)
    .max(100)
    .default(1)
    .meta({ description: 'what the probes of one process may cost, in % of one core' }),
  ttlSeconds: z.int().min(1).max(MAX_TTL_SECONDS).default(3600),
  ramp: z
    .object({
      percents: z.array(z.number().gt(0).max(100)).min(1).max(20),
      holdSeconds: z.int().min(1).max(MAX_TTL_SECONDS),
    })
    .optional()
    .meta({ description: 'of those that the selectors name, step by step; absent: all at once' }),
}).meta({ id: 'PolicyChange' });
export type PolicyChange = z.infer<typeof policyChange>;

export const policy = z
  .object({
    name: z.string(),
    version: z.int(),
    action: z.enum(['put', 'undo', 'delete']),
    owner: z.string(),
    reason: z.string(),
    state: z.enum(['on', 'off']),
    families: listOf(z.string()),
    selectors: listOf(z.string()),
    budgetPercent: z.number(),
    startsAt: instant,
    endsAt: instant,
    ramp: z.object({ percents: listOf(z.number()), holdSeconds: z.number() }).nullable(),
    percentNow: z.number().meta({ description: 'of those that the selectors name; 0: over, off or deleted' }),
    changedAt: instant,
    changedBy: z.string(),
  })
  .meta({ id: 'Policy' });
export type PolicyJson = z.infer<typeof policy>;

export const policiesAnswer = z.object({ items: listOf(policy) }).meta({ id: 'Policies' });
export type PoliciesAnswer = z.infer<typeof policiesAnswer>;
