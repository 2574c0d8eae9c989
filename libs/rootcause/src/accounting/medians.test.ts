import { expect, test } from 'vitest';
import { requestRows } from '../testing/rows.ts';
import { cohortOf } from './cohort.ts';
import { MIN_REQUESTS_OF_ROUTE, usualOf, usualPerRoute } from './medians.ts';

const rows = (route: string, n: number, durationMs: number): Parameters<typeof requestRows>[0] =>
  Array.from({ length: n }, (_, i) => ({ id: `${route}${i}`, startMs: i, durationMs, route }));

test('per route where the baseline has enough of it, else over all', () => {
  const baseline = cohortOf(
    requestRows([...rows('fast', 100, 10), ...rows('slow', MIN_REQUESTS_OF_ROUTE, 300), ...rows('rare', 5, 900)]),
  );
  const spike = cohortOf(
    requestRows([...rows('rare', 1, 1), ...rows('slow', 1, 1), ...rows('new', 1, 1), ...rows('fast', 1, 1)]),
  );
  const usual = usualPerRoute(spike, usualOf(baseline, baseline.duration));
  expect(spike.routeNames).toEqual(['rare', 'slow', 'new', 'fast']);
  expect(Array.from(usual, (nanos) => nanos / 1e6)).toEqual([10, 300, 10, 10]);
});
