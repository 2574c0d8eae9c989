import { expect, test } from 'vitest';
import { storageMetrics } from './metrics.ts';

test('a span is its row and its share of the lookup; ratios say how much larger the others are', () => {
  const tables = {
    otel_traces: { own: 45, exporter: 94, naive: 196 },
    map_events: { own: 15, exporter: 60, naive: 30 },
  };
  const found = storageMetrics({ tables, lookup: 4, rollups: { lock_waits: 0.5 }, captured: 50 });
  const of = (name: string) => found.find((each) => each.name === name);
  expect(of('storage_otel_traces')).toMatchObject({ value: 49, target: 60, ok: true });
  expect(of('storage_otel_traces_exporter_over_own')?.value).toBe(2);
  expect(of('storage_map_events')).toMatchObject({ value: 15, target: 14, ok: false });
  expect(of('storage_map_events_exporter_over_own')?.value).toBe(4);
  expect(of('storage_lock_waits_rollup')?.value).toBe(0.5);
});
