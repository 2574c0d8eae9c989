import { expect, test } from 'vitest';
import { type Steady, freshnessMetrics, soakMetrics } from './steady.ts';

const steady: Steady = {
  eventsPerSecond: 1_000,
  published: 10_000,
  stored: 9_999,
  ageMillis: [500, 1_600, 2_000],
  lagMillis: [300, 900, 1_200],
  // 100 MiB, then 1 MiB a minute
  samples: Array.from({ length: 41 }, (_, i) => ({
    seconds: i * 60,
    writerMebibytes: 100 + i,
    clickhouseMebibytes: 300,
    parts: i === 7 ? 101 : 5,
  })),
};
const valuesOf = (metrics: ReturnType<typeof soakMetrics>) =>
  Object.fromEntries(metrics.map(({ name, value, ok }) => [name, [Math.round(value * 100) / 100, ok]]));

test('a lost row and old rows miss their targets', () => {
  const found = valuesOf(freshnessMetrics(steady));
  expect(found['store_steady_lost']).toEqual([1, false]);
  expect(found['store_age_p50']).toEqual([500, true]);
  expect(found['store_age_p99']).toEqual([1_600, false]);
});

test('a slope is of the second half, an hour; parts are the most that were seen', () => {
  const found = valuesOf(soakMetrics(steady));
  expect(found['soak_writer_slope']).toEqual([60, false]);
  expect(found['soak_clickhouse_slope']).toEqual([0, true]);
  expect(found['soak_parts']).toEqual([101, false]);
  expect(found['soak_lag_p99']).toEqual([900, true]);
});
