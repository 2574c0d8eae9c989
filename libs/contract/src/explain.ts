/** `POST /api/v1/explain`: why the requests under a brush are slow. The answer is that of /root-causes and a little more. */
import { z } from 'zod';
import { closedObject, nameText, requiredTime } from './query.ts';
import { rootCauseAnswer } from './root-cause.ts';

/** Both bounds are asked for: a brush has two ends, and nothing is read without them. */
const brushedWindow = (what: string) =>
  closedObject({
    from: requiredTime(`begin of the ${what}`, '2026-11-20T10:00:00Z'),
    to: requiredTime(`end of the ${what}, not included`, '2026-11-20T10:05:00Z'),
  });

const durationMs = z.number().min(0, 'is negative: give milliseconds').max(86_400_000, 'is longer than a day');

const latencyRange = closedObject({
  fromMs: durationMs.default(0).meta({ description: 'requests that took at least this long' }),
  toMs: durationMs.optional().meta({ description: 'and less than this; absent: however long' }),
}).refine(({ fromMs, toMs }) => toMs === undefined || fromMs < toMs, {
  message: 'fromMs is not below toMs: give a range that begins before it ends',
});

export const explainQuestion = closedObject({
  service: nameText.meta({ description: 'service.name', examples: ['order'] }),
  route: nameText.optional().meta({ description: 'http.route; absent: all', examples: ['/order'] }),
  platform: nameText.optional().meta({ description: 'platform tag; absent: all, split in the answer' }),
  window: brushedWindow('window'),
  baseline: brushedWindow('baseline')
    .optional()
    .meta({ description: 'absent: with a latencyRange the other requests of the window, else the time before it' }),
  latencyRange: latencyRange.optional().meta({ description: 'only requests that took so long are to be explained' }),
}).meta({ id: 'ExplainQuestion' });
export type ExplainQuestion = z.infer<typeof explainQuestion>;

export const BASELINE_SOURCES = ['question', 'rest-of-window', 'time-before'] as const;
export type BaselineSource = (typeof BASELINE_SOURCES)[number];

const cut = z.object({ kept: z.int().min(0), total: z.int().min(0) }).meta({
  id: 'Cut',
  description: 'requests weighed of those stored; fewer: whole traces were left out by the hash of their id',
});

export const explainAnswer = rootCauseAnswer
  .extend({
    baselineSource: z.enum(BASELINE_SOURCES),
    latencyRange: z.object({ fromMs: z.number(), toMs: z.number().nullable() }).nullable(),
    cut: z.object({ window: cut, baseline: cut }),
  })
  .meta({ id: 'Explanation', description: 'Why the requests under a brush are slow: verdict, numbers and proof' });
export type ExplainAnswer = z.infer<typeof explainAnswer>;
