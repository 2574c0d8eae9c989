/**
 * `GET /api/v1/events/tail`: server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html).
 *
 *   event: lock_wait | http_request | probe_event    data: TailEvent     id: cursor, exact: resume after this event
 *   event: skipped                                   data: TailSkipped   id: cursor, after what was skipped
 *   event: problem                                   data: TailProblem   id: cursor, nothing was passed over
 *   (no event)                                       id: cursor          a heartbeat
 */
import { z } from 'zod';
import { closedObject, nameText } from './query.ts';
import { lockKind } from './root-cause.ts';
import { codeSite, count, instant, traceIdText } from './words.ts';

export const TAIL_KINDS = ['lock_wait', 'http_request', 'probe_event'] as const;
export type TailKind = (typeof TAIL_KINDS)[number];

/** 200 lanes of at most 60 characters and the head; see apps/api/src/tail/cursor.ts. */
const MAX_CURSOR_CHARACTERS = 12_100;

export const tailCursor = z
  .string('give it once, as text')
  .max(MAX_CURSOR_CHARACTERS, 'is too long to be a cursor')
  .meta({ description: 'the id of the last event that was seen, as it came; Last-Event-ID wins over it' });

export const tailQuery = closedObject({
  service: nameText.meta({ description: 'service.name; absent: all', examples: ['order'] }).optional(),
  kind: z
    .enum(TAIL_KINDS, `give one of ${TAIL_KINDS.join(', ')}`)
    .optional()
    .meta({ description: 'absent: all' }),
  after: tailCursor.optional(),
});
export type TailQuery = z.infer<typeof tailQuery>;

export const tailEvent = z
  .object({
    ts: instant.meta({ description: 'when it began' }),
    service: z.string(),
    platform: z.string(),
    kind: z.enum(TAIL_KINDS),
    traceId: traceIdText.nullable(),
    durationMs: z.number().optional().meta({ description: 'of a request' }),
    route: z.string().optional(),
    method: z.string().optional(),
    waitMs: z.number().optional().meta({ description: 'of a wait' }),
    schedMs: z.number().optional(),
    lockKind: lockKind.optional(),
    waiter: codeSite.optional(),
    holder: codeSite.optional().meta({ description: 'absent: nobody was seen letting go' }),
    message: z.string().optional().meta({ description: 'of a fatal error, throw or panic' }),
  })
  .meta({ id: 'TailEvent', description: 'One probe event, as it becomes queryable' });
export type TailEventJson = z.infer<typeof tailEvent>;

export const tailSkipped = z
  .object({
    count: count.meta({ description: 'events that were not sent' }),
    reason: z
      .enum(['rate', 'expired'])
      .meta({ description: 'more came than a tail sends, or they are not kept any more' }),
  })
  .meta({ id: 'TailSkipped' });
export type TailSkippedJson = z.infer<typeof tailSkipped>;

export const tailProblem = z
  .object({ code: z.string(), detail: z.string().meta({ description: 'what happened, how to mend it' }) })
  .meta({ id: 'TailProblem', description: 'The tail stands still; it goes on, or ends, with the id as cursor' });
export type TailProblemJson = z.infer<typeof tailProblem>;
