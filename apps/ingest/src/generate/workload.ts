/**
 * The load of services under traffic, drawn from a seed: who runs it in the tests, in the benchmarks and in
 * `mapscope generate` gets the same rows. What is skewed, and how:
 *
 *   services, routes, lines   Zipf: the first of n takes 1/k of the k-th
 *   durations, waits          log-normal about a median of the route or line
 *   traces                    64 requests at a time, each with several waits or map events
 *
 * Pure.
 */
import { type ColumnData, type Columns } from '@mapscope/events';
import { type Chance, seeded } from './chance.ts';
import type { Drawn } from './drawn.ts';
import { httpColumns } from './http-rows.ts';
import { WAITS_A_REQUEST, lockColumns } from './lock-rows.ts';
import { EVENTS_A_REQUEST, mapColumns } from './map-rows.ts';
import { type Requests, requestsOf } from './requests.ts';
import { type ServiceModel, makeService } from './service-model.ts';
import { SPANS_A_TRACE, spanColumns } from './span-rows.ts';

export const FAMILIES = ['lock', 'http', 'map', 'otel'] as const;
export type Family = (typeof FAMILIES)[number];

export const KIND_OF = { lock: 'lock_waits', http: 'http_requests', map: 'map_events', otel: 'otel_traces' } as const;
export type GeneratedKind = (typeof KIND_OF)[Family];

interface Rule {
  readonly columns: (drawn: Drawn) => Readonly<Record<string, ColumnData>>;
  readonly eventsARequest: number;
}

const RULES: Readonly<Record<Family, Rule>> = {
  lock: { columns: lockColumns, eventsARequest: WAITS_A_REQUEST },
  http: { columns: httpColumns, eventsARequest: 1 },
  map: { columns: mapColumns, eventsARequest: EVENTS_A_REQUEST },
  otel: { columns: spanColumns, eventsARequest: SPANS_A_TRACE },
};

export interface Span {
  readonly firstUnixNanos: bigint;
  /** the rows' times are spread over it */
  readonly nanos: number;
}

/** One service's load; the columns lack those of the proof, which whoever numbers the batches adds. */
export interface Workload {
  readonly service: ServiceModel;
  readonly draw: (family: Family, rows: number, span: Span) => Columns<GeneratedKind>;
}

export function makeWorkload(number: number, seed: number): Workload {
  const service = makeService(number, seed);
  const chance = seeded(Math.imul(seed + 7, 0x85eb_ca6b) + number);
  const requests = new Map<Family, Requests>();
  return {
    service,
    draw: (family, rows, span) => {
      const rule = RULES[family];
      const open = requests.get(family) ?? requestsOf(chance, service, rule.eventsARequest);
      requests.set(family, open);
      const columns = rule.columns({ chance, service, requests: open, times: timesOf(chance, rows, span) });
      return { kind: KIND_OF[family], rows, columns };
    },
  };
}

/** Evenly spread, with a jitter that keeps their order. */
function timesOf(chance: Chance, rows: number, { firstUnixNanos, nanos }: Span): readonly bigint[] {
  const step = nanos / rows;
  return Array.from({ length: rows }, (_, i) => firstUnixNanos + BigInt(Math.floor((i + chance()) * step)));
}
