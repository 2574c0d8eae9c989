/** `GET /api/v1/incidents` and `/services`. */
import { z } from 'zod';
import { closedObject, fromParam, serviceParam, toParam } from './query.ts';
import { count, instant, listOf, timeWindow } from './words.ts';

export const incidentsQuery = closedObject({ service: serviceParam.optional(), from: fromParam, to: toParam });
export type IncidentsQuery = z.infer<typeof incidentsQuery>;

export const incident = z
  .object({
    id: z.string().meta({ description: 'stable for a service and the begin of its spike' }),
    service: z.string(),
    window: timeWindow,
    baseline: timeWindow,
    p99BeforeMs: z.number().nullable(),
    p99DuringMs: z.number().nullable(),
    ongoing: z.boolean(),
    verdict: z.string().nullable(),
    sentence: z.string().nullable().meta({ description: 'the root cause in one sentence; null: ask rootCauseUrl' }),
    rootCauseUrl: z.string(),
  })
  .meta({ id: 'Incident', description: 'A time in which p99 of a service was far above what it was before' });
export type Incident = z.infer<typeof incident>;

export const incidentsAnswer = z
  .object({
    window: timeWindow,
    services: count.meta({ description: 'services looked at' }),
    servicesLeftOut: count.meta({ description: 'services beyond the bound of one answer; name one with service=' }),
    items: listOf(incident),
  })
  .meta({ id: 'IncidentList' });
export type IncidentsAnswer = z.infer<typeof incidentsAnswer>;

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
