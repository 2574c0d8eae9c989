/** What the api measures of itself: the process, and how long requests took. */
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';

export interface ServedRequestLabels {
  readonly method: string;
  readonly route: string;
  readonly status: number;
}

export interface OwnMetrics {
  readonly registry: Registry;
  readonly observe: (labels: ServedRequestLabels, seconds: number) => void;
}

/** Boundaries the HTTP semantic conventions advise for http.server.request.duration. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** Anybody may send any method; a label takes the known ones (semantic conventions: `_OTHER`). */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE', 'CONNECT']);

export function createOwnMetrics(): OwnMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const duration = new Histogram({
    // http_server_request_duration_seconds is that of the probed services.
    name: 'mapscope_api_request_duration_seconds',
    help: 'Duration of HTTP requests served by the api',
    labelNames: ['http_request_method', 'http_route', 'http_response_status_code'],
    buckets: SECONDS,
    registers: [registry],
  });
  const observe = ({ method, route, status }: ServedRequestLabels, seconds: number): void =>
    duration.observe(
      {
        http_request_method: METHODS.has(method) ? method : '_OTHER',
        http_route: route,
        http_response_status_code: status,
      },
      seconds,
    );
  return { registry, observe };
}
