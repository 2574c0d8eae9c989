import { expect, test } from 'vitest';
import { openFuzzPlace } from './clickhouse/place.ts';
import { runFuzz } from './clickhouse/run.ts';

test('ten seconds of bent requests: typed answers or closed connections, nothing touched, memory bounded', async () => {
  await using place = await openFuzzPlace();
  const report = await runFuzz(place, { requests: 10_000, seed: 20_261_120, maxSeconds: 10, say: () => {} });
  expect(report.faults).toEqual([]);
  expect(report.requests).toBeGreaterThanOrEqual(500);
});
