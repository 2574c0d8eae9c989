/** `GET /api/v1/incidents`, `/incidents/{id}`, `/incidents/stream`, and `/services`. */
import { VERDICTS } from '@mapscope/rootcause';
import { z } from 'zod';
import { closedObject, cursorParam, fromParam, limitParam, nameText, serviceParam, toParam } from './query.ts';
import { count, coverage, instant, listOf, timeWindow } from './words.ts';

export const INCIDENT_STATES = ['open', 'resolved'] as const;
/** latency: p99 rose; crash: the Go runtime ended the process. */
export const INCIDENT_KINDS = ['latency', 'crash'] as const;

export const incidentsQuery = closedObject({
  service: serviceParam.optional(),
  from: fromParam,
  to: toParam,
  state: z
    .enum(INCIDENT_STATES, `give one of ${INCIDENT_STATES.join(', ')}`)
    .optional()
    .meta({ description: 'absent: both' }),
  limit: limitParam(50, 500),
  after: cursorParam,
});
export type IncidentsQuery = z.infer<typeof incidentsQuery>;

export const incidentIdText = z
  .string()
  .regex(/^[0-9a-f]{16}$/, 'an incident id has 16 hex digits, as in 9f2b6c01d4e8a735')
  .meta({ description: 'id of an incident', examples: ['9f2b6c01d4e8a735'] });

export const incident = z
  .object({
    id: z.string().meta({ description: 'of service, route, platform and begin, as they were when it was opened' }),
    service: z.string(),
    window: timeWindow.meta({ description: 'an open one ends with what was seen of it so far' }),
    baseline: timeWindow,
    p99BeforeMs: z.number().nullable(),
    p99DuringMs: z.number().nullable().meta({ description: 'at its peak' }),
    ongoing: z.boolean(),
    verdict: z
      .string()
      .nullable()
      .meta({ description: `null: not yet told; one of ${VERDICTS.join(', ')}` }),
    sentence: z.string().nullable().meta({ description: 'the root cause in one sentence; null: ask rootCauseUrl' }),
    rootCauseUrl: z.string(),
    /** This and the following are optional: answers of an API before 2026-11-20 have none of them. */
    kind: z.enum(INCIDENT_KINDS).optional(),
    state: z.enum(INCIDENT_STATES).optional(),
    route: z.string().nullable().optional().meta({ description: 'the one route it is on; null: several, or all' }),
    platform: z
      .string()
      .nullable()
      .optional()
      .meta({ description: 'the one platform it is on; null: several, or all' }),
    routes: listOf(z.string()).optional().meta({ description: 'where p99 rose, at most 20' }),
    platforms: listOf(z.string()).optional().meta({ description: 'where p99 rose, at most 20' }),
    requests: count.optional().meta({ description: 'requests of its window' }),
    confidence: z.enum(['high', 'medium', 'low']).nullable().optional().meta({ description: 'of the verdict' }),
    coverage: coverage.nullable().optional().meta({ description: 'of the verdict; null: none yet, or a crash' }),
    message: z.string().nullable().optional().meta({ description: 'of a crash: what the runtime said' }),
    detectedAt: instant.optional().meta({ description: 'when it was stored first' }),
    changedAt: instant.optional().meta({ description: 'when it was stored last' }),
  })
  .meta({
    id: 'Incident',
    description: 'A time in which p99 of a service was far above what it was before, or a crash',
  });
export type Incident = z.infer<typeof incident>;

export const incidentsAnswer = z
  .object({
    window: timeWindow,
    services: count.meta({ description: 'services that are watched for incidents and were seen in the window' }),
    servicesLeftOut: count.meta({ description: 'services beyond the bound of the detection: 0 unless hundreds' }),
    items: listOf(incident).meta({ description: 'newest first' }),
    nextCursor: z.string().nullable().optional().meta({ description: 'give it as after; null: this was the end' }),
  })
  .meta({ id: 'IncidentList' });
export type IncidentsAnswer = z.infer<typeof incidentsAnswer>;

/**
 * `GET /api/v1/incidents/stream`: server-sent events.
 *
 *   event: incident   data: Incident       id: cursor   opened, or anything of it changed; at least once: id and changedAt tell
 *   event: problem    data: TailProblem    id: cursor   nothing was passed over
 *   (no event)                             id: cursor   a heartbeat
 */
export const incidentStreamQuery = closedObject({
  service: nameText.meta({ description: 'service.name; absent: all', examples: ['order'] }).optional(),
  after: z
    .string('give it once, as text')
    .regex(/^\d{13}$/, 'is not the id of an event of this stream')
    .optional()
    .meta({
      description: 'id of the last event that was seen; Last-Event-ID wins over it; absent: open ones, then news',
    }),
});
export type IncidentStreamQuery = z.infer<typeof incidentStreamQuery>;

export const servicesQuery = closedObject({ from: fromParam, to: toParam });
export type ServicesQuery = z.infer<typeof servicesQuery>;

const service = z
  .object({
    service: z.string(),
    platforms: listOf(z.string()),
    requests: count,
    firstSeen: instant,
    lastSeen: instant,
  })
  .meta({ id: 'Service' });
export type ServiceJson = z.infer<typeof service>;

export const servicesAnswer = z.object({ window: timeWindow, items: listOf(service) }).meta({ id: 'ServiceList' });
export type ServicesAnswer = z.infer<typeof servicesAnswer>;
