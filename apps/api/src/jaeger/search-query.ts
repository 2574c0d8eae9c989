/** What Jaeger's UI and Grafana's Jaeger data source ask a search with: times in microseconds, durations as Go writes them. */
import { MapscopeError } from '@mapscope/events';
import { z } from 'zod';

const micros = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

export const jaegerSearch = z.object({
  service: z.string().min(1).max(200),
  operation: z.string().max(400).optional(),
  start: micros.optional(),
  end: micros.optional(),
  minDuration: z.string().max(40).optional(),
  maxDuration: z.string().max(40).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(20),
});
export type JaegerSearch = z.infer<typeof jaegerSearch>;

const UNITS: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };

/** Go's time.ParseDuration for what people write into a search: `1.5s`, `250ms`, `1m30s`. Nanoseconds. */
export function parseGoDuration(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)];
  if (parts.length > 0 && parts.map(([part]) => part).join('') === text) {
    return parts.reduce((sum, [, value, unit]) => sum + Number(value) * (UNITS[unit ?? ''] ?? 0), 0);
  }
  throw new MapscopeError('QUERY_INVALID', `"${text}" is no duration: write it like 250ms, 1.5s or 1m30s`);
}
