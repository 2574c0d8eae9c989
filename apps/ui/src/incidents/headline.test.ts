import type { Incident } from '@mapscope/contract';
import { expect, test } from 'vitest';
import { headlineOf } from './headline.ts';

const window = { from: '2026-11-20T10:03:00Z', to: '2026-11-20T10:05:00Z' };
const incident: Incident = {
  id: 'a',
  service: 'order',
  window,
  baseline: window,
  p99BeforeMs: 40.2,
  p99DuringMs: 1310,
  ongoing: true,
  verdict: 'contention',
  sentence:
    'p99 of `order` rose. 81 % is waiting for `Get` (cache.go:22). It was released by `Rebuild`. Without that wait p99 would have been 61 ms.',
  rootCauseUrl: '',
};

test('an incident is its jump and who is blamed for it', () => {
  expect(headlineOf(incident)).toEqual({
    first: 'p99 of `order` rose 40 ms → 1.3 s',
    second: '81 % is waiting for `Get` (cache.go:22). It was released by `Rebuild`.',
  });
});

test('where nothing was judged or measured, nothing is claimed', () => {
  expect(headlineOf({ ...incident, sentence: null, verdict: null })).toEqual({
    first: 'p99 of `order` rose 40 ms → 1.3 s',
    second: '',
  });
  expect(headlineOf({ ...incident, sentence: null, p99BeforeMs: null }).first).toBe(
    'p99 of `order` is far above what it was before',
  );
});
