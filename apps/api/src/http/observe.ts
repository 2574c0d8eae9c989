/** Times every request: one span for OpenTelemetry, one duration for /metrics. */
import { openServerSpan, type ServerSpan } from '@mapscope/otel';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ServedRequestLabels } from '../metrics/own-metrics.ts';

/** Whatever no route answers shares one label: paths are endless. */
const UNMATCHED = 'unmatched';
const routeOf = (request: FastifyRequest): string => request.routeOptions.url ?? UNMATCHED;

export function observeRequests(
  fastify: FastifyInstance,
  observe: (labels: ServedRequestLabels, seconds: number) => void,
): void {
  const spans = new WeakMap<FastifyRequest, ServerSpan>();
  fastify.addHook('onRequest', (request, _reply, done) => {
    const { method, headers } = request;
    const path = request.url.split('?', 1)[0] ?? '';
    const span = openServerSpan({ method, route: routeOf(request), path, headers });
    spans.set(request, span);
    span.activate(done);
  });
  // Runs for aborted requests too, so no span stays open.
  fastify.addHook('onResponse', (request, reply, done) => {
    spans.get(request)?.end(reply.statusCode);
    observe({ method: request.method, route: routeOf(request), status: reply.statusCode }, reply.elapsedTime / 1000);
    done();
  });
}
