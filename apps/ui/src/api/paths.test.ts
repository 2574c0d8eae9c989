import { expect, test } from 'vitest';
import { readQuery } from '../router/query.ts';
import { contentionPath, incidentsPath, questionOf, rootCausePath, tailPath, tracePath } from './paths.ts';

test('a question keeps what root cause knows and nothing else', () => {
  const query = readQuery('?service=order&from=now-5m&view=table&route=%2Forder%2F%7Bid%7D');
  expect(questionOf(query)).toEqual({ service: 'order', from: 'now-5m', route: '/order/{id}' });
  expect(rootCausePath(query)).toBe('/api/v1/root-causes?service=order&from=now-5m&route=%2Forder%2F%7Bid%7D');
});

test('addresses are escaped and leave out what is not given', () => {
  expect(incidentsPath('1h')).toBe('/api/v1/incidents?from=now-1h');
  expect(tracePath('../x')).toBe('/api/v1/traces/..%2Fx');
  expect(tailPath({ service: undefined, kind: 'lock_wait' })).toBe('/api/v1/events/tail?kind=lock_wait');
  expect(contentionPath({ service: 'a', from: '1', to: '2' }, 20)).toBe(
    '/api/v1/contention?service=a&from=1&to=2&limit=20',
  );
});
