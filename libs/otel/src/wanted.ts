/** Does the environment ask for telemetry? Pure; names and meaning by the OpenTelemetry specification. */
export type Environment = Readonly<Record<string, string | undefined>>;

const has = (env: Environment, name: string): boolean => (env[name] ?? '').trim() !== '';

/** Unlike the specification's default (send to localhost:4318 unasked), silence means no telemetry. */
export function wantsTelemetry(env: Environment): boolean {
  // "Configuration" of the specification: only the word true, in any case, disables.
  if ((env['OTEL_SDK_DISABLED'] ?? '').trim().toLowerCase() === 'true') return false;
  return has(env, 'OTEL_EXPORTER_OTLP_ENDPOINT') || has(env, 'OTEL_TRACES_EXPORTER');
}

/** Metrics go out where an endpoint or an exporter was named; a lone OTEL_TRACES_EXPORTER asks for traces only. */
export function wantsMetrics(env: Environment): boolean {
  return has(env, 'OTEL_EXPORTER_OTLP_ENDPOINT') || has(env, 'OTEL_METRICS_EXPORTER');
}

export function serviceNameOf(env: Environment, fallback: string): string {
  return has(env, 'OTEL_SERVICE_NAME') ? (env['OTEL_SERVICE_NAME'] ?? fallback) : fallback;
}
