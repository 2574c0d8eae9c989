/** `GET /api/v1/service-map`: who calls whom. */
import { z } from 'zod';
import { closedObject, fromParam, toParam } from './query.ts';
import { count, listOf, timeWindow } from './words.ts';

export const serviceMapQuery = closedObject({ from: fromParam, to: toParam });
export type ServiceMapQuery = z.infer<typeof serviceMapQuery>;

const node = z
  .object({
    service: z.string(),
    requests: count,
    requestMs: z.number().meta({ description: 'Σ request time' }),
    p99Ms: z.number().meta({ description: 'to 19 %, of the ten-second histograms' }),
    waitMs: z.number().meta({ description: 'Σ lock wait' }),
  })
  .meta({ id: 'ServiceNode' });

const edge = z
  .object({
    service: z.string().meta({ description: 'who calls' }),
    host: z.string(),
    target: z.string().nullable().meta({ description: 'the service that answers there, told by shared traces' }),
    calls: count,
    failed: count.meta({ description: 'no response, or a status of 500 and more' }),
    callMs: z.number().meta({ description: 'Σ time of calls' }),
    p99Ms: z.number(),
  })
  .meta({ id: 'ServiceEdge' });

export const serviceMapAnswer = z
  .object({
    window: timeWindow,
    nodes: listOf(node).meta({ description: 'services that served requests, at most 200' }),
    edges: listOf(edge).meta({ description: 'calls by service and host, at most 1000' }),
  })
  .meta({ id: 'ServiceMap' });
export type ServiceMapAnswer = z.infer<typeof serviceMapAnswer>;
