import { expect, test } from 'vitest';
import { serviceNameOf, wantsMetrics, wantsTelemetry } from './wanted.ts';

test('telemetry starts only where the environment asks for it', () => {
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' };
  const cases: readonly (readonly [Record<string, string>, boolean, boolean])[] = [
    [{}, false, false],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: ' ' }, false, false],
    [endpoint, true, true],
    [{ OTEL_TRACES_EXPORTER: 'console' }, true, false],
    [{ OTEL_TRACES_EXPORTER: 'otlp', OTEL_METRICS_EXPORTER: 'otlp' }, true, true],
    [{ ...endpoint, OTEL_SDK_DISABLED: 'TRUE' }, false, true],
    [{ ...endpoint, OTEL_SDK_DISABLED: '1' }, true, true],
  ];
  for (const [env, traces, metrics] of cases) {
    expect([wantsTelemetry(env), wantsMetrics(env)], JSON.stringify(env)).toEqual([traces, metrics]);
  }
});

test('OTEL_SERVICE_NAME wins over the name a program gives itself', () => {
  expect(serviceNameOf({}, 'mapscope-api')).toBe('mapscope-api');
  expect(serviceNameOf({ OTEL_SERVICE_NAME: 'mine' }, 'mapscope-api')).toBe('mine');
});
