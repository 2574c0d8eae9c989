/** `PUT /api/v1/probes/{service}`: what is wanted; the agents carry it out and report in /status. */
import { z } from 'zod';
import { closedObject } from './query.ts';
import { instant } from './words.ts';

/** Nothing stays attached because somebody forgot it. */
export const DEFAULT_PROBE_TTL_SECONDS = 3600;
const MAX_PROBE_TTL_SECONDS = 7 * 86_400;

export const probesChange = closedObject({
  state: z.enum(['on', 'off']),
  ttlSeconds: z
    .int()
    .min(1)
    .max(MAX_PROBE_TTL_SECONDS)
    .optional()
    .meta({ description: `the wish ends after this; absent: ${DEFAULT_PROBE_TTL_SECONDS} for on, never for off` }),
}).meta({ id: 'ProbesChange' });
export type ProbesChange = z.infer<typeof probesChange>;

export const probesAnswer = z
  .object({
    service: z.string(),
    state: z.enum(['on', 'off']),
    expiresAt: instant.nullable(),
    changedAt: instant,
    changedBy: z.string(),
  })
  .meta({ id: 'ProbesWanted', description: 'The wish as published; see /api/v1/status for what agents did' });
export type ProbesAnswer = z.infer<typeof probesAnswer>;
