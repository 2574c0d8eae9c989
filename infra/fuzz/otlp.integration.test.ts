import { expect, test } from 'vitest';
import { fuzzOtlp } from './otlp.ts';

test('a few thousand bent OTLP requests: the right status, no crash, nothing held', async () => {
  const report = await fuzzOtlp({ requests: 4_000, seed: 20_261_120, maxSeconds: 8 });
  expect(report.faults).toEqual([]);
  expect(report.requests).toBeGreaterThanOrEqual(500);
});
