import { expect, test } from 'vitest';
import { queryCases, queryMetrics, timeMetrics } from './metrics.ts';

const filled = { rows: { otel_traces: 9 }, sizeBytes: 350, fillSeconds: 5 };
const asks = Array.from({ length: 101 }, (_, i) => i);

test('the value is the quantile asked for, and p99 is what the target is held against', () => {
  const [p50, p99] = timeMetrics('x', asks, 98);
  expect(p50).toMatchObject({ name: 'x_p50', value: 50, ok: true });
  expect(p99).toMatchObject({ name: 'x_p99', value: 99, target: 98, ok: false });
  expect(timeMetrics('x', asks, 99)[1]?.ok).toBe(true);
});

test('no ask meets no target', () => {
  expect(timeMetrics('x', [], 50)[1]?.ok).toBe(false);
});

test('a question that was refused has no figure, and is a case that failed', () => {
  const millis = { trace: asks, contention: asks, latencyDay: asks, latencyDaySdk: { failed: 'too much memory' } };
  const times = { millis, filled, ingested: { events: 50, seconds: 5 } };
  expect(queryMetrics(10, times).filter(({ name }) => name.startsWith('queries_latency_24h_sdk'))).toEqual([]);
  expect(queryCases(times)).toEqual([
    { name: 'queries_latency_24h_sdk', ok: false, seconds: 0, reason: 'too much memory' },
  ]);
});

test('every question has its quantiles, and what the world was stands beside them', () => {
  const millis = { trace: asks, contention: asks, latencyDay: asks, latencyDaySdk: asks };
  const found = new Map(
    queryMetrics(10, { millis, filled, ingested: { events: 50, seconds: 5 } }).map((each) => [each.name, each]),
  );
  expect(found.get('queries_trace_p99')).toMatchObject({ target: 50, ok: false });
  expect(found.get('queries_contention_1h_p99')).toMatchObject({ target: 100, ok: true });
  expect(found.get('queries_latency_24h_p99')).toMatchObject({ target: 150, ok: true });
  expect(found.get('queries_ingest_beside')?.value).toBe(10);
  expect(found.get('queries_bytes_an_event')?.value).toBe(35);
  expect(found.get('queries_spans')?.value).toBe(9);
});
