/** `GET /api/v1/contention/stacks`: waits by the stack they were seen on, for flame graphs and their difference. */
import { z } from 'zod';
import { addressText, CONTENTION_ROLES } from './detail.ts';
import {
  baselineFromParam,
  baselineToParam,
  closedObject,
  fromParam,
  limitParam,
  platformParam,
  serviceParam,
  toParam,
} from './query.ts';
import { codeSite, count, listOf, timeWindow } from './words.ts';

export const waitStacksQuery = closedObject({
  service: serviceParam,
  from: fromParam,
  to: toParam,
  platform: platformParam,
  baselineFrom: baselineFromParam,
  baselineTo: baselineToParam,
  role: z
    .enum(CONTENTION_ROLES, `give one of ${CONTENTION_ROLES.join(', ')}`)
    .default('waiter')
    .meta({ description: 'stacks of those that waited, or of those that let go' }),
  lock: addressText.optional().meta({ description: 'only waits for this lock; absent: all' }),
  limit: limitParam(200, 1000),
});
export type WaitStacksQuery = z.infer<typeof waitStacksQuery>;

const waitStack = z
  .object({
    frames: listOf(codeSite).meta({ description: 'innermost first; empty: the stack was not stored' }),
    waits: count,
    waitMs: z.number(),
    baselineWaits: count,
    baselineWaitMs: z.number(),
  })
  .meta({ id: 'WaitStack' });

export const waitStacksAnswer = z
  .object({
    service: z.string(),
    role: z.enum(CONTENTION_ROLES),
    window: timeWindow,
    baseline: timeWindow.nullable().meta({ description: 'null: none was asked for' }),
    totalWaitMs: z.number().meta({ description: 'of all stacks, those beyond the limit too' }),
    baselineTotalWaitMs: z.number(),
    items: listOf(waitStack).meta({ description: 'most waited first' }),
  })
  .meta({ id: 'WaitStacks' });
export type WaitStacksAnswer = z.infer<typeof waitStacksAnswer>;
