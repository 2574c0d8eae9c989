import { expect, inject, test } from 'vitest';
import { fuzzBatches } from './batches/run.ts';

test('five seconds of bent batches: refused with a code or stored as they say, never a crash, never twice their size', async () => {
  const clickhouseUrl = inject('clickhouseUrl');
  const report = await fuzzBatches({ count: 20_000, seed: 20_261_120, maxSeconds: 5, inserts: 200, clickhouseUrl });
  expect(report.faults).toEqual([]);
  expect(report.batches).toBeGreaterThanOrEqual(2_000);
});
