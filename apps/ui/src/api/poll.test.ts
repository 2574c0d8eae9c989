import { expect, test } from 'vitest';
import { nextAfter } from './poll.ts';
import { unreachable } from './problem.ts';

const failed = (status: number) => ({ ok: false, problem: { ...unreachable('/x'), status } }) as const;

test('an answer ends a question, unless it is asked again and again', () => {
  expect(nextAfter({ ok: true, value: 1 }, undefined, 0)).toBeUndefined();
  expect(nextAfter({ ok: true, value: 1 }, 5000, 3)).toBe(5000);
});

test('what passes is asked again by itself, less and less often; what has to be mended is not', () => {
  for (const status of [0, 429, 502, 503, 504]) expect(nextAfter(failed(status), undefined, 0), `${status}`).toBe(2000);
  for (const status of [400, 401, 403, 404, 500]) expect(nextAfter(failed(status), undefined, 0)).toBeUndefined();
  expect([1, 2, 3, 99].map((failures) => nextAfter(failed(503), undefined, failures))).toEqual([
    4000, 8000, 15_000, 15_000,
  ]);
  expect(nextAfter(failed(503), 30_000, 0)).toBe(30_000);
});
