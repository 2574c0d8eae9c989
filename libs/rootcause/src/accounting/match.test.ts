import { expect, test } from 'vitest';
import { MS } from '../testing/planted.ts';
import { requestRows, waitRows } from '../testing/rows.ts';
import type { RequestRow, WaitRow } from '../testing/rows.ts';
import { cohortOf } from './cohort.ts';
import { matchWaits, MAX_REQUESTS_OF_TRACE } from './match.ts';

const one: RequestRow = { id: 'a', startMs: 100, durationMs: 50 };
const retried: readonly RequestRow[] = [one, { id: 'a', startMs: 200, durationMs: 50 }];
const nested: readonly RequestRow[] = [
  { id: 'a', startMs: 100, durationMs: 50 },
  { id: 'a', startMs: 110, durationMs: 20 },
];

test.each<[string, readonly RequestRow[], WaitRow, number, number]>([
  ['inside', [one], { id: 'a', startMs: 110, waitMs: 20 }, 0, 20],
  ['begins before', [one], { id: 'a', startMs: 90, waitMs: 20 }, 0, 10],
  ['ends after', [one], { id: 'a', startMs: 140, waitMs: 20 }, 0, 10],
  ['longer than its request', [one], { id: 'a', startMs: 0, waitMs: 5000 }, 0, 50],
  ['after its request', [one], { id: 'a', startMs: 151, waitMs: 20 }, -1, 0],
  ['of another trace', [one], { id: 'b', startMs: 110, waitMs: 20 }, -1, 0],
  ['of no length', [one], { id: 'a', startMs: 110, waitMs: 0 }, -1, 0],
  ['in the retry', retried, { id: 'a', startMs: 210, waitMs: 20 }, 1, 20],
  ['in two, more of it in the second', retried, { id: 'a', startMs: 140, waitMs: 100 }, 1, 40],
  ['in the inner of two', nested, { id: 'a', startMs: 112, waitMs: 5 }, 1, 5],
])('a wait %s', (_, requests, wait, request, insideMs) => {
  const matched = matchWaits(cohortOf(requestRows(requests)), waitRows([wait]));
  expect(matched.request[0]).toBe(request);
  if (request >= 0) expect(matched.to[0]! - matched.from[0]!).toBeCloseTo(insideMs * MS, 3);
});

test.each([-5, Number.NaN, 2 ** 64 / MS])('a wait of %d ms is malformed, and counted', (waitMs) => {
  const matched = matchWaits(cohortOf(requestRows([one])), waitRows([{ id: 'a', startMs: 110, waitMs }]));
  expect(matched.malformed).toBe(1);
  expect(matched.request[0]).toBe(-1);
});

test('a trace id of more requests than one trace has binds nothing, and is counted', () => {
  const many = Array.from({ length: MAX_REQUESTS_OF_TRACE + 1 }, (_, i) => ({ ...one, startMs: i }));
  const matched = matchWaits(cohortOf(requestRows(many)), waitRows([{ id: 'a', startMs: 20, waitMs: 5 }]));
  expect([matched.ambiguous, matched.request[0]]).toEqual([1, -1]);
  const fewer = matchWaits(cohortOf(requestRows(many.slice(1))), waitRows([{ id: 'a', startMs: 20, waitMs: 5 }]));
  expect(fewer.request[0]).toBeGreaterThanOrEqual(0);
});
