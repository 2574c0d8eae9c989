import { expect, test } from 'vitest';
import { isFixed, scopeOf, timeBefore } from './scope.ts';

test('an address without a time is about the last hour', () => {
  expect(scopeOf({ service: 'order' })).toEqual({ service: 'order', from: 'now-1h', to: undefined });
});

test('a time of its own is none of the choices', () => {
  expect(isFixed(scopeOf({ from: 'now-6h' }))).toBe(false);
  expect(isFixed(scopeOf({ from: 'now-7h' }))).toBe(true);
  expect(isFixed(scopeOf({ from: 'now-6h', to: 'now-1h' }))).toBe(true);
});

test('the time before is as long, and ends where the window begins', () => {
  expect(timeBefore({ from: '2026-11-20T10:00:00Z', to: '2026-11-20T10:05:00Z' })).toEqual({
    from: '2026-11-20T09:55:00.000Z',
    to: '2026-11-20T10:00:00.000Z',
  });
});
