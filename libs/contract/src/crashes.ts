/** `GET /api/v1/crashes`: how processes ended that the Go runtime ended. */
import { PROBE_EVENT_KINDS, type ProbeEventKind } from '@mapscope/events';
import { z } from 'zod';
import { closedObject, fromParam, limitParam, serviceParam, toParam } from './query.ts';
import { codeSite, count, instant, listOf, timeWindow, traceIdText } from './words.ts';

// Object.keys loses the literal types; the table has exactly these keys.
const kinds = Object.keys(PROBE_EVENT_KINDS) as [ProbeEventKind, ...ProbeEventKind[]];

export const crashesQuery = closedObject({
  service: serviceParam.optional(),
  from: fromParam,
  to: toParam,
  limit: limitParam(50, 500),
});
export type CrashesQuery = z.infer<typeof crashesQuery>;

const crash = z
  .object({
    at: instant,
    service: z.string(),
    platform: z.string(),
    kind: z.enum(kinds).meta({ description: 'fatal: cannot be recovered; panic: nobody recovered it' }),
    message: z.string(),
    pid: count,
    goroutine: z.string(),
    traceId: traceIdText.nullable().meta({ description: 'of the request it served; null: none' }),
    stack: listOf(codeSite).meta({ description: 'innermost first; empty: it was not stored' }),
    dumpAt: instant.nullable().meta({ description: 'ask /goroutines/timeline for this; null: the recorder was off' }),
  })
  .meta({ id: 'Crash' });
export type CrashJson = z.infer<typeof crash>;

export const crashesAnswer = z
  .object({ window: timeWindow, items: listOf(crash).meta({ description: 'latest first' }) })
  .meta({ id: 'CrashList' });
export type CrashesAnswer = z.infer<typeof crashesAnswer>;
