/** `GET /api/v1/traces/{id}`: the requests of one trace, where they waited, and what its services' SDKs saw. */
import {
  BINDINGS,
  REQUEST_ENDS,
  TRACE_SOURCES,
  type Binding,
  type RequestEnd,
  type TraceSource,
} from '@mapscope/events';
import { z } from 'zod';
import { lockKind } from './root-cause.ts';
import { codeSite, instant, listOf, traceIdText } from './words.ts';

// Object.keys loses the literal types; the tables have exactly these keys.
const bindings = Object.keys(BINDINGS) as [Binding, ...Binding[]];
const traceSources = Object.keys(TRACE_SOURCES) as [TraceSource, ...TraceSource[]];
const requestEnds = Object.keys(REQUEST_ENDS) as [RequestEnd, ...RequestEnd[]];

/** Goroutine ids are UInt64 in Go; as text they survive JSON. */
const goroutineId = z.string().meta({ description: 'goroutine id' });

const traceRequest = z
  .object({
    service: z.string(),
    method: z.string(),
    route: z.string(),
    platform: z.string(),
    start: instant,
    durationMs: z.number(),
    spanId: z.string(),
    parentSpanId: z.string().nullable(),
    goroutine: goroutineId,
    traceSource: z.enum(traceSources),
    end: z.enum(requestEnds),
  })
  .meta({ id: 'TraceRequest' });
export type TraceRequestJson = z.infer<typeof traceRequest>;

const traceWait = z
  .object({
    start: instant,
    waitMs: z.number(),
    schedMs: z.number(),
    lockKind,
    lockAddress: z.string(),
    binding: z.enum(bindings),
    waiter: codeSite,
    releasedAt: codeSite,
    holderTraceId: traceIdText.nullable(),
    waiterStack: listOf(codeSite),
    holderStack: listOf(codeSite),
    waiterGoroutine: goroutineId,
    holderGoroutine: goroutineId,
    /** Optional: answers of an API before 2026-11-20 have none of them. */
    laidOn: z
      .object({ spanId: z.string(), kind: z.enum(['request', 'span']), offsetMs: z.number(), clippedMs: z.number() })
      .nullable()
      .optional()
      .meta({ description: 'the innermost span it lies on: its begin after that of the span, and its part inside' }),
  })
  .meta({ id: 'TraceWait', description: 'One time a goroutine of this trace parked on a semaphore' });
export type TraceWaitJson = z.infer<typeof traceWait>;

/** OpenTelemetry's SpanKind and StatusCode (trace/v1/trace.proto), lower case as all words of this API. */
export const SPAN_KINDS = ['server', 'client', 'internal', 'producer', 'consumer', 'unspecified'] as const;
export const SPAN_STATUSES = ['unset', 'ok', 'error'] as const;
export type SpanKind = (typeof SPAN_KINDS)[number];
export type SpanStatus = (typeof SPAN_STATUSES)[number];

const traceSpan = z
  .object({
    service: z.string(),
    name: z.string(),
    kind: z.enum(SPAN_KINDS),
    status: z.enum(SPAN_STATUSES),
    start: instant,
    durationMs: z.number(),
    spanId: z.string(),
    parentSpanId: z.string().nullable(),
    attributes: z.record(z.string(), z.string()).meta({ description: 'as the SDK sent them, values as text' }),
  })
  .meta({ id: 'TraceSpan', description: 'A span that an OpenTelemetry SDK sent' });
export type TraceSpanJson = z.infer<typeof traceSpan>;

export const traceAnswer = z
  .object({
    traceId: traceIdText,
    requests: listOf(traceRequest).meta({ description: 'seen by a probe; empty: no probe watched these services' }),
    waits: listOf(traceWait),
    spans: listOf(traceSpan).meta({ description: 'oldest first, each span id once' }),
  })
  .meta({ id: 'Trace' });
export type TraceAnswer = z.infer<typeof traceAnswer>;
