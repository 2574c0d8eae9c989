/** `GET /api/v1/goroutines` and `/goroutines/timeline`: what the goroutine flight recorder held. */
import { BINDINGS, GOROUTINE_DUMPS, GOROUTINE_STATES, type Binding } from '@mapscope/events';
import type { GoroutineDumpReason, GoroutineState } from '@mapscope/events';
import { z } from 'zod';
import { closedObject, fromParam, limitParam, requiredTime, serviceParam, toParam } from './query.ts';
import { codeSite, count, instant, listOf, timeWindow } from './words.ts';

// Object.keys loses the literal types; the tables have exactly these keys.
const reasons = Object.keys(GOROUTINE_DUMPS) as [GoroutineDumpReason, ...GoroutineDumpReason[]];
const states = Object.keys(GOROUTINE_STATES) as [GoroutineState, ...GoroutineState[]];
const bindings = Object.keys(BINDINGS) as [Binding, ...Binding[]];

export const dumpsQuery = closedObject({
  service: serviceParam.optional(),
  from: fromParam,
  to: toParam,
  limit: limitParam(50, 200),
});
export type DumpsQuery = z.infer<typeof dumpsQuery>;

const dump = z
  .object({
    service: z.string(),
    pid: count,
    platform: z.string(),
    at: instant.meta({ description: 'when the process crashed, or the recorder was read' }),
    reason: z.enum(reasons).meta({ description: 'request: while the process ran on' }),
    completeFrom: instant.meta({ description: 'from here on no change is missing' }),
    changes: count,
    goroutines: count,
    note: z.string().meta({ description: 'of a crash: whose stacks are known; else empty' }),
  })
  .meta({ id: 'GoroutineDump' });
export type DumpJson = z.infer<typeof dump>;

export const dumpsAnswer = z
  .object({ window: timeWindow, items: listOf(dump).meta({ description: 'crashes first, then the latest first' }) })
  .meta({ id: 'GoroutineDumpList' });
export type DumpsAnswer = z.infer<typeof dumpsAnswer>;

/** As long as the recorder keeps. */
const MAX_LAST_MS = 10_000;

export const timelineQuery = closedObject({
  service: serviceParam,
  pid: z
    .string('give it once, as text')
    .regex(/^\d{1,10}$/, 'give a process id')
    .transform(Number)
    .meta({ description: 'as the list of dumps says', examples: ['4711'] }),
  at: requiredTime('when the recorder was read, to the nanosecond, as the list of dumps says', '2026-11-20T10:03:00Z'),
  lastMs: z
    .string('give it once, as text')
    .regex(/^\d{1,5}(\.\d{1,3})?$/, `give milliseconds, as in 3.2, at most ${MAX_LAST_MS}`)
    .transform(Number)
    .refine((ms) => ms > 0 && ms <= MAX_LAST_MS, `give more than 0 and at most ${MAX_LAST_MS} milliseconds`)
    .default(100)
    .meta({ description: 'how much before it; absent: 100', examples: ['3.2'] }),
});
export type TimelineQuery = z.infer<typeof timelineQuery>;

const index = z.int().min(-1);

export const timelineAnswer = z
  .object({
    dump,
    window: timeWindow.meta({ description: 'what was asked for' }),
    isCut: z.boolean().meta({ description: 'there were more changes than are told: older ones are left out' }),
    goroutines: listOf(z.string()).meta({ description: 'ids' }),
    waitReasons: listOf(z.string()),
    sites: listOf(codeSite),
    traceIds: listOf(z.string()),
    changes: z
      .object({
        atMs: listOf(z.number()).meta({ description: 'since the begin of the window; before it: the state it finds' }),
        goroutine: listOf(index),
        state: listOf(z.enum(states)),
        waitReason: listOf(index).meta({ description: '-1: it does not wait' }),
        site: listOf(index).meta({ description: '-1: no stack was taken' }),
        trace: listOf(index).meta({ description: '-1: in no request' }),
        binding: listOf(z.enum(bindings)),
        thread: listOf(z.int()).meta({ description: 'that made the change: who ran there woke the goroutine' }),
        isCrash: listOf(z.boolean()).meta({ description: 'the goroutine ended the process here' }),
      })
      .meta({ description: 'in time order; columns, whose numbers are indexes of the lists beside them' }),
  })
  .meta({ id: 'GoroutineTimeline' });
export type TimelineAnswer = z.infer<typeof timelineAnswer>;
