/**
 * One span and one duration per served request, by the HTTP semantic conventions (1.45, stable).
 * Ours because @opentelemetry/instrumentation-nestjs-core 0.71 supports Nest below 12 only.
 */
import { context, metrics, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import {
  ATTR_ERROR_TYPE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
  ATTR_URL_PATH,
} from '@opentelemetry/semantic-conventions';
import { tracer } from './span.ts';

export interface ServedRequest {
  readonly method: string;
  /** known when the request was routed; the template, /api/v1/traces/:id, never the path: it names the span and labels the metric */
  readonly route: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Boundaries in seconds, as the convention advises; the SDK's default buckets are for milliseconds. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

export interface ServerSpan {
  /** Calls on with the span as the current one, so that spans of the work below become its children. */
  readonly activate: (next: () => void) => void;
  readonly end: (status: number) => void;
}

export function openServerSpan(request: ServedRequest): ServerSpan {
  const labels = { [ATTR_HTTP_REQUEST_METHOD]: request.method, [ATTR_HTTP_ROUTE]: request.route };
  const parent = propagation.extract(context.active(), request.headers);
  const options = { kind: SpanKind.SERVER, attributes: { ...labels, [ATTR_URL_PATH]: request.path } };
  const active = tracer().startSpan(`${request.method} ${request.route}`, options, parent);
  const begin = performance.now();
  return {
    activate: (next) => context.with(trace.setSpan(parent, active), next),
    end: (status) => {
      active.setAttribute(ATTR_HTTP_RESPONSE_STATUS_CODE, status);
      // A server's 4xx is the client's error: the convention leaves the span's status unset.
      if (status >= 500) active.setStatus({ code: SpanStatusCode.ERROR }).setAttribute(ATTR_ERROR_TYPE, String(status));
      active.end();
      recordDuration((performance.now() - begin) / 1000, { ...labels, [ATTR_HTTP_RESPONSE_STATUS_CODE]: status });
    },
  };
}

function recordDuration(seconds: number, attributes: Readonly<Record<string, string | number>>): void {
  // Asked for each time: a meter taken before the SDK started would stay silent; the SDK gives the same one again.
  metrics
    .getMeter('mapscope')
    .createHistogram('http.server.request.duration', { unit: 's', advice: { explicitBucketBoundaries: SECONDS } })
    .record(seconds, { ...attributes });
}
