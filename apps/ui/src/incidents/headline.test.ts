import type { Incident } from '@mapscope/contract';
import { expect, test } from 'vitest';
import { headlineOf, whereWords } from './headline.ts';

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
    coverage: '',
  });
});

test('where nothing was judged or measured, nothing is claimed', () => {
  expect(headlineOf({ ...incident, sentence: null, verdict: null })).toEqual({
    first: 'p99 of `order` rose 40 ms → 1.3 s',
    second: '',
    coverage: '',
  });
  expect(headlineOf({ ...incident, sentence: null, p99BeforeMs: null }).first).toBe(
    'p99 of `order` is far above what it was before',
  );
});

test('what an answer rests on is told apart from what it says', () => {
  const sentence = 'p99 rose. Locks are innocent. Based on 98 % of events; trace binding exact 100 %.';
  expect(headlineOf({ ...incident, sentence })).toMatchObject({
    second: 'Locks are innocent.',
    coverage: 'Based on 98 % of events; trace binding exact 100 %.',
  });
});

test('a crash is told as one, in the words of the runtime', () => {
  const crash = { ...incident, kind: 'crash' as const, message: 'fatal error: concurrent map writes' };
  expect(headlineOf(crash).first).toBe('`order` crashed: fatal error: concurrent map writes');
  expect(headlineOf({ ...crash, message: null }).first).toBe('`order` crashed');
});

test('where it is is said only where it is not everywhere', () => {
  expect(whereWords(incident)).toBe('');
  expect(whereWords({ ...incident, route: '/order', platforms: ['arch=arm64', 'arch=amd64'] })).toBe(
    '/order · 2 platforms',
  );
  expect(whereWords({ ...incident, route: null, routes: ['/a', '/b', '/c'], platform: 'arch=arm64' })).toBe(
    '3 routes · arm64',
  );
});
